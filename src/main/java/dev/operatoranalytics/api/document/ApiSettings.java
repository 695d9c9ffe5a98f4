package dev.operatoranalytics.api.document;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What may be set for the API, below {@code operator-analytics.api}.
 *
 * @param deadline longest that one request may take
 * @param greatestPage most rows of one page, and most ids at once
 * @param greatestDocument longest document, in characters
 * @param versionPoll how long another replica's commit may go unseen by caches
 * @param trustedDocuments directory of the only documents that are answered; null for any
 * @param compiles whether queries are compiled to SQL; if not, the fallback engine answers them all
 * @param answerCacheMb room for whole answers, in megabytes; 0 for none
 * @param measuredOperations names of operations that metrics keep apart; the others are one
 */
@ConfigurationProperties("operator-analytics.api")
public record ApiSettings(
    @Bindable(defaultValue = "10s") Duration deadline,
    @Bindable(defaultValue = "1000") int greatestPage,
    @Bindable(defaultValue = "100000") int greatestDocument,
    @Bindable(defaultValue = "1s") Duration versionPoll,
    @Nullable String trustedDocuments,
    @Bindable(defaultValue = "true") boolean compiles,
    @Bindable(defaultValue = "32") int answerCacheMb,
    @Bindable(defaultValue = "100") int measuredOperations) {}
