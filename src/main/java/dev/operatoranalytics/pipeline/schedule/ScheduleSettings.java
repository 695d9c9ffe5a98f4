package dev.operatoranalytics.pipeline.schedule;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * When jobs run, as cron lines in UTC.
 *
 * @param stateUpdate brings the state up to date
 * @param snapshots takes the days that have ended
 * @param analytics analyses them
 */
@ConfigurationProperties("schedules")
public record ScheduleSettings(
    @Bindable(defaultValue = "0 */6 * * *") String stateUpdate,
    @Bindable(defaultValue = "5 0 * * *") String snapshots,
    @Bindable(defaultValue = "30 0 * * *") String analytics) {}
