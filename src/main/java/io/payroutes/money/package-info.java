/** Amounts of money as Stripe counts them. */
@NullMarked
package io.payroutes.money;

import org.jspecify.annotations.NullMarked;
