package dev.operatoranalytics.api.document;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the API, below {@code operator-analytics.api}.
 *
 * @param deadline max duration of a request
 * @param maxPage max rows of a page, and max ids of a request
 * @param maxDocument max length of a document in bytes of UTF-8
 * @param versionPoll max delay until caches see another replica's commit
 * @param minVersionTimeout max wait for the version of the header {@code min-version}
 * @param trustedDocuments directory of the only documents that are executed; null for any
 * @param compiles whether queries are compiled to SQL; otherwise the fallback engine executes them
 * @param answerCacheMb max megabytes of cached responses; 0 disables the cache
 * @param measuredOperations max operation names in metrics; further names count as OTHER
 */
@ConfigurationProperties("operator-analytics.api")
public record ApiSettings(
    @Bindable(defaultValue = "10s") Duration deadline,
    @Bindable(defaultValue = "1000") int maxPage,
    @Bindable(defaultValue = "100000") int maxDocument,
    @Bindable(defaultValue = "1s") Duration versionPoll,
    @Bindable(defaultValue = "2s") Duration minVersionTimeout,
    @Nullable String trustedDocuments,
    @Bindable(defaultValue = "true") boolean compiles,
    @Bindable(defaultValue = "32") int answerCacheMb,
    @Bindable(defaultValue = "100") int measuredOperations) {}
