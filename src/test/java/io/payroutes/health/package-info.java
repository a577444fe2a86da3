@NullMarked
package io.payroutes.health;

import org.jspecify.annotations.NullMarked;
