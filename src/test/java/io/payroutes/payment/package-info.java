@NullMarked
package io.payroutes.payment;

import org.jspecify.annotations.NullMarked;
