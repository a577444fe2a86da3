/** The database: connections, migrations, and one class for each SQL dialect. */
@NullMarked
package io.payroutes.store;

import org.jspecify.annotations.NullMarked;
