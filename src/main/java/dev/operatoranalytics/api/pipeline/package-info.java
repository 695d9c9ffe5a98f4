/** What the pipeline answers of itself. */
@NullMarked
package dev.operatoranalytics.api.pipeline;

import org.jspecify.annotations.NullMarked;
