@NullMarked
package io.payroutes.notification;

import org.jspecify.annotations.NullMarked;
