package dev.operatoranalytics.epochs;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import org.jspecify.annotations.Nullable;

/**
 * @param domainId the domain whose epochs this instance stores
 * @param source source of {@code run epochs}: a PostgreSQL URL, a SQLite file or a file of
 *     documents
 */
@ConfigurationProperties("epochs")
public record EpochSettings(@Bindable(defaultValue = "0") long domainId, @Nullable String source) {}
