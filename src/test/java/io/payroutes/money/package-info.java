@NullMarked
package io.payroutes.money;

import org.jspecify.annotations.NullMarked;
