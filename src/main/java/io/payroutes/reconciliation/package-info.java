/** Whether every charge adds up, and the sentence that says where it does not. */
@NullMarked
package io.payroutes.reconciliation;

import org.jspecify.annotations.NullMarked;
