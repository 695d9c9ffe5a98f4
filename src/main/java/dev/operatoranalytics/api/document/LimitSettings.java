package dev.operatoranalytics.api.document;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How much a client may ask for, below {@code operator-analytics.limits}.
 *
 * @param depth how deep fields may be nested
 * @param aliases fields of a document that may be called by another name
 * @param tokens words and signs of a document, and of the JSON that brings it
 * @param cost objects that an answer may hold, as its pages and lists let expect
 * @param cells values that a matrix may hold: epochs times operators
 * @param concurrentRequests of one client that may be under way
 * @param requestsPerMinute of one key, or of an address where none is shown; each operation on a
 *     socket is one, and each 200 objects of an answer are one more
 * @param connections of one address that may be open; a proxy's are not counted
 * @param requestTime after which a request must be whole
 * @param unfinishedMegabytes for what came of all requests that are not whole yet
 */
@ConfigurationProperties("operator-analytics.limits")
public record LimitSettings(
    @Bindable(defaultValue = "15") int depth,
    @Bindable(defaultValue = "100") int aliases,
    @Bindable(defaultValue = "10000") int tokens,
    @Bindable(defaultValue = "200000") long cost,
    @Bindable(defaultValue = "20000000") long cells,
    @Bindable(defaultValue = "50") int concurrentRequests,
    @Bindable(defaultValue = "6000") int requestsPerMinute,
    @Bindable(defaultValue = "500") int connections,
    @Bindable(defaultValue = "30s") Duration requestTime,
    @Bindable(defaultValue = "64") int unfinishedMegabytes) {}
