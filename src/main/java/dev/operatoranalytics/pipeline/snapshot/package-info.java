/** Daily snapshots, and analytics computed from them. */
@NullMarked
package dev.operatoranalytics.pipeline.snapshot;

import org.jspecify.annotations.NullMarked;
