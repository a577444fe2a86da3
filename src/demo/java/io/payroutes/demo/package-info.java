/** Sample Stripe events and the stand-in partners: part of the program in the demo profile, test code otherwise. */
@NullMarked
package io.payroutes.demo;

import org.jspecify.annotations.NullMarked;
