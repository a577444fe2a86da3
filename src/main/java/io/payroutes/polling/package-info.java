/** When the routes that claim waiting work look for some. */
@NullMarked
package io.payroutes.polling;

import org.jspecify.annotations.NullMarked;
