package dev.operatoranalytics.api.live;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * What may be set for following, below {@code operator-analytics.feed}.
 *
 * @param poll how often the feed is looked at though nobody said that it grew
 * @param queue most rows that a reader may be behind before some are left out
 * @param recent rows kept in memory for all readers together
 */
@ConfigurationProperties("operator-analytics.feed")
public record ChangeFeedSettings(
    @Bindable(defaultValue = "1s") Duration poll,
    @Bindable(defaultValue = "1000") int queue,
    @Bindable(defaultValue = "8192") int recent) {}
