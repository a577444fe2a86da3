/** Durable outgoing messages: written with the event, delivered afterwards, retried until they are out or dead. */
@NullMarked
package io.payroutes.delivery;

import org.jspecify.annotations.NullMarked;
