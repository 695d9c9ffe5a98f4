/** What somebody should hear of, and how it is told. */
@NullMarked
package dev.operatoranalytics.pipeline.notice;

import org.jspecify.annotations.NullMarked;
