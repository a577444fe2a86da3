/** What the ERP is told: what to ship, what to hold, what to take back. */
@NullMarked
package io.payroutes.fulfillment;

import org.jspecify.annotations.NullMarked;
