/** Orders and the links to their checkout. */
@NullMarked
package io.payroutes.order;

import org.jspecify.annotations.NullMarked;
