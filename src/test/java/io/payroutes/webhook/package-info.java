@NullMarked
package io.payroutes.webhook;

import org.jspecify.annotations.NullMarked;
