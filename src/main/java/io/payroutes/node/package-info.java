/** The nodes on one database: which of them live, and what becomes of the work of those that do not. */
@NullMarked
package io.payroutes.node;

import org.jspecify.annotations.NullMarked;
