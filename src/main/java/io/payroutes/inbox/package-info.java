/** Durable events: accepted once, claimed with a lease, handled in one transaction, finished with an outcome. */
@NullMarked
package io.payroutes.inbox;

import org.jspecify.annotations.NullMarked;
