/** Days: what was so at the end of each, and what follows from many. */
@NullMarked
package dev.operatoranalytics.pipeline.snapshot;

import org.jspecify.annotations.NullMarked;
