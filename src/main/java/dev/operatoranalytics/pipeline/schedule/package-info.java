/** Runs jobs on schedules. */
@NullMarked
package dev.operatoranalytics.pipeline.schedule;

import org.jspecify.annotations.NullMarked;
