@NullMarked
package io.payroutes.reconciliation;

import org.jspecify.annotations.NullMarked;
