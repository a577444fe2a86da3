/** Paying, against a stand-in for Stripe that behaves like Stripe. */
@NullMarked
package io.payroutes.checkout;

import org.jspecify.annotations.NullMarked;
