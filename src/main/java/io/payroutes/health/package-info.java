/** What the readiness check asks: whether this node can take events in and get them handled. */
@NullMarked
package io.payroutes.health;

import org.jspecify.annotations.NullMarked;
