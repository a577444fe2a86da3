/** What all of the back office's API has in common: who may ask, what was asked, and how a refusal is worded. */
@NullMarked
package io.payroutes.api;

import org.jspecify.annotations.NullMarked;
