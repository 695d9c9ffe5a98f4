package dev.operatoranalytics.node;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings for reading the chain.
 *
 * @param rpcUrl URL of a node, or several separated by commas, the preferred one first; null when
 *     the chain is not read
 * @param network its name, or the YAML file that describes it
 * @param horizon target block of the state: {@code safe}, {@code finalized} or {@code latest-k}
 * @param round interval between requests for new blocks
 * @param concurrentRequests maximum concurrent requests to each node
 * @param requestsPerSecond maximum calls a second to each node; each call of a batch counts
 * @param batchSize calls in one HTTP request
 * @param requestTimeout of one HTTP request
 * @param requestAttempts number of attempts before the next node is used
 * @param maxBlocks maximum number of blocks in one request
 * @param maxLogs number of logs in one request above which the next requests ask for fewer blocks
 * @param receiptsEvery one in this many requests for logs compares one of its blocks with its
 *     receipts; 0 for none
 */
@ConfigurationProperties("chain")
public record ChainSettings(
    @Nullable String rpcUrl,
    @Bindable(defaultValue = "mainnet") String network,
    @Bindable(defaultValue = "safe") String horizon,
    @Bindable(defaultValue = "12s") Duration round,
    @Bindable(defaultValue = "4") int concurrentRequests,
    @Bindable(defaultValue = "25") int requestsPerSecond,
    @Bindable(defaultValue = "50") int batchSize,
    @Bindable(defaultValue = "30s") Duration requestTimeout,
    @Bindable(defaultValue = "5") int requestAttempts,
    @Bindable(defaultValue = "10000") long maxBlocks,
    @Bindable(defaultValue = "1250") int maxLogs,
    @Bindable(defaultValue = "300") int receiptsEvery) {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  public ChainSettings {
    Horizon.parse(horizon);
    requireAtLeastOne("CHAIN_CONCURRENT_REQUESTS", concurrentRequests);
    requireAtLeastOne("CHAIN_REQUESTS_PER_SECOND", requestsPerSecond);
    requireAtLeastOne("CHAIN_BATCH_SIZE", batchSize);
    requireAtLeastOne("CHAIN_REQUEST_ATTEMPTS", requestAttempts);
    requireAtLeastOne("CHAIN_MAX_BLOCKS", maxBlocks);
    requireAtLeastOne("CHAIN_MAX_LOGS", maxLogs);
    requireAtLeastOne("CHAIN_ROUND in milliseconds", round.toMillis());
    requireAtLeastOne("CHAIN_REQUEST_TIMEOUT in milliseconds", requestTimeout.toMillis());
    if (rpcUrl != null && !rpcUrl.isBlank()) {
      NodeUrl.parse("CHAIN_RPC_URL", rpcUrl);
    }
  }

  private static void requireAtLeastOne(String setting, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %d; expected 1 or more".formatted(setting, value));
    }
  }

  /** Returns the URLs; empty when the chain is not read. */
  public List<NodeUrl> urls() {
    return rpcUrl == null || rpcUrl.isBlank() ? List.of() : NodeUrl.parse("CHAIN_RPC_URL", rpcUrl);
  }

  public RequestLimits limits() {
    return new RequestLimits(
        concurrentRequests,
        requestsPerSecond,
        batchSize,
        requestTimeout,
        requestAttempts,
        FIRST_PAUSE);
  }

  /** Omits the URLs, because they may hold keys. */
  @Override
  public String toString() {
    return "ChainSettings[network=%s, horizon=%s, round=%s]".formatted(network, horizon, round);
  }
}
