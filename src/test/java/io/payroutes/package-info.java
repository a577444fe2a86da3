@NullMarked
package io.payroutes;

import org.jspecify.annotations.NullMarked;
