/** Runs, assets and mutations of the pipeline, and its metrics. */
@NullMarked
package dev.operatoranalytics.api.pipeline;

import org.jspecify.annotations.NullMarked;
