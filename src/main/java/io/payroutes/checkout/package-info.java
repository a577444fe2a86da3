/** Paying: the one PaymentIntent of an order, confirming it, and what can be done with it afterwards. */
@NullMarked
package io.payroutes.checkout;

import org.jspecify.annotations.NullMarked;
