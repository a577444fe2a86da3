@NullMarked
package io.payroutes.delivery;

import org.jspecify.annotations.NullMarked;
