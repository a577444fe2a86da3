/** When to try again. */
@NullMarked
package io.payroutes.retry;

import org.jspecify.annotations.NullMarked;
