@NullMarked
package io.payroutes.fulfillment;

import org.jspecify.annotations.NullMarked;
