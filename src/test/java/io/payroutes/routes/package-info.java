/** What can be said about the route files without running them, and how mistakes in them are reported. */
@NullMarked
package io.payroutes.routes;

import org.jspecify.annotations.NullMarked;
