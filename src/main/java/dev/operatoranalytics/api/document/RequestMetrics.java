package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.document.GraphqlEngine.Outcome;
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
 * What each operation costs, by the name that its document gives it. Names come from clients: only
 * so many are kept apart, and those that come later are one.
 */
@Singleton
public final class RequestMetrics {
  private static final int LONGEST_NAME = 64;
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
  private final int mostNames;
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final Map<Key, Timer> requests = new ConcurrentHashMap<>();
  private final Map<String, Timer> sql = new ConcurrentHashMap<>();

  RequestMetrics(MeterRegistry registry, ApiSettings settings) {
    this.registry = registry;
    this.mostNames = settings.measuredOperations();
  }

  private record Key(String operation, String outcome) {}

  /** What a document was answered with, by work. */
  void executed(
      DocumentCache.Checked document,
      GraphqlRequest request,
      Outcome outcome,
      long nanos,
      long inSql) {
    var operation = name(document, request);
    request(operation, outcome.hasErrors() ? outcome.code().name() : "OK")
        .record(Duration.ofNanos(nanos));
    sql.computeIfAbsent(
            operation,
            name ->
                Timer.builder("operator_analytics.sql")
                    .description("Time that requests have waited for statements of theirs")
                    .tag("operation", name)
                    .register(registry))
        .record(Duration.ofNanos(inSql));
  }

  /** What was answered without work: it stands as it was. */
  public void kept(DocumentCache.Checked document, GraphqlRequest request, long nanos) {
    request(name(document, request), "KEPT").record(Duration.ofNanos(nanos));
  }

  /** What was not let in, or could not be read. */
  public void refused(ErrorCode code) {
    Counter.builder("operator_analytics.refusals")
        .description("Requests that were refused before they were executed")
        .tag("code", code.name())
        .register(registry)
        .increment();
  }

  private Timer request(String operation, String outcome) {
    return requests.computeIfAbsent(
        new Key(operation, outcome),
        key ->
            Timer.builder("operator_analytics.requests")
                .description("Requests until their answer stood, sending left out")
                .tag("operation", key.operation())
                .tag("outcome", key.outcome())
                .serviceLevelObjectives(STEPS)
                .register(registry));
  }

  private String name(DocumentCache.Checked document, GraphqlRequest request) {
    var name = document.operationName(request.operationName());
    if (name == null) {
      return ANONYMOUS;
    }
    if (names.contains(name)) {
      return name;
    }
    if (document.entry().hasErrors() || name.length() > LONGEST_NAME) {
      return OTHER;
    }
    synchronized (names) {
      if (names.size() < mostNames) {
        names.add(name);
      }
      return names.contains(name) ? name : OTHER;
    }
  }
}
