package dev.operatoranalytics.metadata;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;

/**
 * Limits and intervals of fetching documents.
 *
 * @param timeout time limit of one document, including redirects
 * @param maxDocumentBytes size limit of one document, decompressed
 * @param maxRedirects number of redirects that are followed
 * @param ipfsGateway URL prefix for {@code ipfs://} documents; ends in a slash
 * @param refresh time until a fetched document is fetched again
 * @param documentsPerRun limit of documents that one run fetches
 * @param parallelFetches number of documents fetched in parallel
 * @param isPrivateAllowed whether non-public addresses may be fetched from, for tests
 */
@ConfigurationProperties("metadata")
public record MetadataSettings(
    @Bindable(defaultValue = "10s") Duration timeout,
    @Bindable(defaultValue = "262144") int maxDocumentBytes,
    @Bindable(defaultValue = "3") int maxRedirects,
    @Bindable(defaultValue = "https://ipfs.io/ipfs/") URI ipfsGateway,
    @Bindable(defaultValue = "7d") Duration refresh,
    @Bindable(defaultValue = "500") int documentsPerRun,
    @Bindable(defaultValue = "8") int parallelFetches,
    @Bindable(defaultValue = "false") boolean isPrivateAllowed) {}
