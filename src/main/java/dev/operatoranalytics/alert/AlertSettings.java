package dev.operatoranalytics.alert;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of alerts.
 *
 * @param retention time for which alerts are kept
 * @param timeout time limit of one attempt to deliver an alert
 * @param dropAfter time after which an alert that a webhook does not accept is dropped
 * @param isPrivateAllowed whether webhooks of administrators may have non-public addresses
 * @param linkBase URL of this server as receivers see it, which begins the links of alerts; null
 *     when links are paths
 */
@ConfigurationProperties("alerts")
public record AlertSettings(
    @Bindable(defaultValue = "90d") Duration retention,
    @Bindable(defaultValue = "5s") Duration timeout,
    @Bindable(defaultValue = "3d") Duration dropAfter,
    @Bindable(defaultValue = "false") boolean isPrivateAllowed,
    @Nullable URI linkBase) {}
