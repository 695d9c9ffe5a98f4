package dev.operatoranalytics.api.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * @param versionPollMs for how long a version that was read may be taken for the current one
 * @param cachedMegabytes of packed answers kept in files
 */
@ConfigurationProperties("answers")
public record SpoolSettings(
    @Bindable(defaultValue = "1000") long versionPollMs,
    @Bindable(defaultValue = "512") long cachedMegabytes) {}
