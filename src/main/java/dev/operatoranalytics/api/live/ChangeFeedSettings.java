package dev.operatoranalytics.api.live;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Settings of the change feed, below {@code operator-analytics.feed}.
 *
 * @param poll interval of polls without a notification
 * @param queue max rows that a subscriber may be behind before rows are skipped
 * @param recent rows kept in memory for all subscribers
 */
@ConfigurationProperties("operator-analytics.feed")
public record ChangeFeedSettings(
    @Bindable(defaultValue = "1s") Duration poll,
    @Bindable(defaultValue = "1000") int queue,
    @Bindable(defaultValue = "8192") int recent) {}
