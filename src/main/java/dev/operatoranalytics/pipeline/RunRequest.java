package dev.operatoranalytics.pipeline;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A run that an administrator requests.
 *
 * @param job name of the job in {@code pipeline_runs}
 * @param isFull whether all operators are rebuilt, not only those that changed
 * @param from first day; null for all days that are due
 * @param to last day; null for all days that are due
 * @param reprocess which days of the range are taken again; null without a range
 * @param retryOf id of the run that is repeated; null for a new request
 */
public record RunRequest(
    String job,
    boolean isFull,
    @Nullable LocalDate from,
    @Nullable LocalDate to,
    @Nullable String reprocess,
    @Nullable Long retryOf) {}
