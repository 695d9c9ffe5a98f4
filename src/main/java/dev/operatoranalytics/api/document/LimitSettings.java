package dev.operatoranalytics.api.document;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Limits of requests, below {@code operator-analytics.limits}.
 *
 * @param depth max nesting of fields
 * @param aliases max aliases of a document
 * @param tokens max tokens of a document, and of the JSON of its request
 * @param cost max objects of a response, estimated from its pages and lists
 * @param cells max values of a matrix: epochs times operators
 * @param concurrentRequests max concurrent requests of one client
 * @param requestsPerMinute max requests of one key, or of an address without key; each operation on
 *     a socket counts as one, and each 200 objects of a response as one more
 * @param connections max open connections of one address; a proxy's are not counted
 * @param requestTimeout time within which a request must be complete, from its first byte
 * @param inFlightMegabytes max memory of all incomplete requests; never more than a quarter of the
 *     direct memory
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
    @Bindable(defaultValue = "30s") Duration requestTimeout,
    @Bindable(defaultValue = "64") int inFlightMegabytes) {}
