package dev.operatoranalytics.pipeline.notice;

import java.time.Instant;

/**
 * What somebody should hear of.
 *
 * @param kind {@code RUN_FAILED} or {@code STALE}
 * @param subject the run, or what stands still and since when
 */
record Notice(String kind, String subject, String message, Instant noticedAt) {}
