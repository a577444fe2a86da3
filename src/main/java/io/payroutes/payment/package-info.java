/** The state of each payment, charge, refund, dispute and setup intent, whatever order the events come in. */
@NullMarked
package io.payroutes.payment;

import org.jspecify.annotations.NullMarked;
