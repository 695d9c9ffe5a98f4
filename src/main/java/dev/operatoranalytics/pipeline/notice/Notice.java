package dev.operatoranalytics.pipeline.notice;

import java.time.Instant;

/**
 * A failure or standstill that is posted to the webhook.
 *
 * @param kind {@code RUN_FAILED} or {@code STALE}
 * @param subject the run, or the stage or pipeline that stands still with the time since when
 */
record Notice(String kind, String subject, String message, Instant noticedAt) {}
