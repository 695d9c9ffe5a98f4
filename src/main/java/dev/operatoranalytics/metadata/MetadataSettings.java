package dev.operatoranalytics.metadata;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;

/**
 * How documents are fetched.
 *
 * @param timeout longest that one document may take, redirects and all
 * @param greatestDocument most bytes of one, unpacked
 * @param redirects most that are followed
 * @param ipfsGateway where {@code ipfs://} documents are asked for; ends in a slash
 * @param refresh how long until a document that was fetched is asked for again
 * @param documentsPerRun most that one run asks for
 * @param parallelFetches documents asked for side by side
 * @param isPrivateAllowed whether addresses that are not public may be asked, for tests
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
