package dev.operatoranalytics.api.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Settings of the {@link ResponseSpool}, below {@code answers}.
 *
 * @param cachedMegabytes max size of all cached responses, compressed
 */
@ConfigurationProperties("answers")
public record SpoolSettings(@Bindable(defaultValue = "512") long cachedMegabytes) {}
