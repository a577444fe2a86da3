@NullMarked
package io.payroutes.inbox;

import org.jspecify.annotations.NullMarked;
