package dev.operatoranalytics.alert;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Settings of alerts.
 *
 * @param retention time for which alerts are kept
 */
@ConfigurationProperties("alerts")
public record AlertSettings(@Bindable(defaultValue = "90d") Duration retention) {}
