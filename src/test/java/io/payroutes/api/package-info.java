@NullMarked
package io.payroutes.api;

import org.jspecify.annotations.NullMarked;
