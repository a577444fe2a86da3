/** What a customer is told about a payment, and the mail that tells it. */
@NullMarked
package io.payroutes.notification;

import org.jspecify.annotations.NullMarked;
