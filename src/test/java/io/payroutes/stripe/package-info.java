@NullMarked
package io.payroutes.stripe;

import org.jspecify.annotations.NullMarked;
