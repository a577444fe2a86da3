/** Payroutes: the route bundle between Stripe, the ERP, the customer's mailbox and finance. */
@NullMarked
package io.payroutes;

import org.jspecify.annotations.NullMarked;
