/** What the shop has sold: orders, the one payment of each, and the links that lead to their checkout. */
@NullMarked
package io.payroutes.order;

import org.jspecify.annotations.NullMarked;
