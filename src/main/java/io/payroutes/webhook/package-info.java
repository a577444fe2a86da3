/** What Stripe posts: the signature over the raw bytes, and the envelope of an event. */
@NullMarked
package io.payroutes.webhook;

import org.jspecify.annotations.NullMarked;
