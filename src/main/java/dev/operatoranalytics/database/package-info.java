/**
 * PostgreSQL itself: the embedded server, where databases are, pools, backup. Knows nothing of
 * operators.
 */
@NullMarked
package dev.operatoranalytics.database;

import org.jspecify.annotations.NullMarked;
