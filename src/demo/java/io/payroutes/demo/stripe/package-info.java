/**
 * A stand-in for the part of Stripe that this program uses: an HTTP server that keeps state, delivers signed events and
 * serves a Stripe.js. For tests and for the demo.
 */
@NullMarked
package io.payroutes.demo.stripe;

import org.jspecify.annotations.NullMarked;
