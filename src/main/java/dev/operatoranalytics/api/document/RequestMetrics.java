package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.document.GraphqlEngine.ExecutionOutcome;
import dev.operatoranalytics.api.query.CompiledQuery.FallbackReason;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Metrics of requests by operation name. Clients choose the names, so their number is limited;
 * further names count as OTHER.
 */
@Singleton
public final class RequestMetrics {
  private static final int MAX_NAME_LENGTH = 64;
  private static final String ANONYMOUS = "ANONYMOUS";
  private static final String OTHER = "OTHER";
  private static final Duration[] STEPS = {
    Duration.ofMillis(5),
    Duration.ofMillis(20),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final int maxNames;
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final Map<Key, Timer> requests = new ConcurrentHashMap<>();
  private final Map<String, Timer> sql = new ConcurrentHashMap<>();

  RequestMetrics(MeterRegistry registry, ApiSettings settings) {
    this.registry = registry;
    this.maxNames = settings.measuredOperations();
  }

  private record Key(String operation, String outcome) {}

  /** Records an executed request. */
  void executed(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      ExecutionOutcome outcome,
      long nanos,
      long inSql) {
    var operation = name(document, request);
    request(operation, outcome.hasErrors() ? outcome.code().name() : "OK")
        .record(Duration.ofNanos(nanos));
    sql.computeIfAbsent(
            operation,
            name ->
                Timer.builder("operator_analytics.sql")
                    .description("Time that requests waited for their SQL statements")
                    .tag("operation", name)
                    .register(registry))
        .record(Duration.ofNanos(inSql));
  }

  /** Records a response from the cache, or without a body because the client has it. */
  public void cached(DocumentCache.ValidatedDocument document, GraphqlRequest request, long nanos) {
    request(name(document, request), "CACHED").record(Duration.ofNanos(nanos));
  }

  /** Counts a root field that the fallback engine resolves. */
  void notCompiled(FallbackReason reason) {
    Counter.builder("operator_analytics.fallbacks")
        .description("Root fields of queries that are not compiled to SQL")
        .tag("reason", reason.name())
        .register(registry)
        .increment();
  }

  /** Counts a rejected request. */
  public void rejected(ErrorCode code) {
    Counter.builder("operator_analytics.rejections")
        .description("Requests rejected before execution")
        .tag("code", code.name())
        .register(registry)
        .increment();
  }

  private Timer request(String operation, String outcome) {
    return requests.computeIfAbsent(
        new Key(operation, outcome),
        key ->
            Timer.builder("operator_analytics.requests")
                .description(
                    "Duration of requests until the response is complete, without sending it")
                .tag("operation", key.operation())
                .tag("outcome", key.outcome())
                .serviceLevelObjectives(STEPS)
                .register(registry));
  }

  private String name(DocumentCache.ValidatedDocument document, GraphqlRequest request) {
    var name = document.operationName(request.operationName());
    if (name == null) {
      return ANONYMOUS;
    }
    if (names.contains(name)) {
      return name;
    }
    if (document.entry().hasErrors() || name.length() > MAX_NAME_LENGTH) {
      return OTHER;
    }
    synchronized (names) {
      if (names.size() < maxNames) {
        names.add(name);
      }
      return names.contains(name) ? name : OTHER;
    }
  }
}
