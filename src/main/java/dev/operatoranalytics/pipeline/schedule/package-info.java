/** When jobs run by themselves. */
@NullMarked
package dev.operatoranalytics.pipeline.schedule;

import org.jspecify.annotations.NullMarked;
