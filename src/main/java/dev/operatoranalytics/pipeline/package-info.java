/** Builds state tables from events: runs, stages, and updates of tables. */
@NullMarked
package dev.operatoranalytics.pipeline;

import org.jspecify.annotations.NullMarked;
