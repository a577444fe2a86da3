/** The {@code stripe:} component: Stripe's API in routes, as camel-stripe offers it, and a little more. */
@NullMarked
package io.payroutes.stripe;

import org.jspecify.annotations.NullMarked;
