package dev.operatoranalytics;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints the twenty slowest test methods when all tests have ended. */
public final class SlowestTests implements TestExecutionListener {
  private static final int LISTED = 20;
  private static final Duration WORTH_LISTING = Duration.ofSeconds(1);

  private final Map<String, Long> startedAt = new ConcurrentHashMap<>();
  private final Map<String, Duration> durations = new ConcurrentHashMap<>();

  @Override
  public void executionStarted(TestIdentifier test) {
    if (test.isTest()) {
      startedAt.put(test.getUniqueId(), System.nanoTime());
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    var started = startedAt.remove(test.getUniqueId());
    if (started != null && test.getSource().orElse(null) instanceof MethodSource method) {
      var name = method.getClassName().replaceFirst(".*\\.", "") + "#" + method.getMethodName();
      durations.merge(name, Duration.ofNanos(System.nanoTime() - started), Duration::plus);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    var slowest =
        durations.entrySet().stream()
            .filter(each -> each.getValue().compareTo(WORTH_LISTING) >= 0)
            .sorted(Map.Entry.<String, Duration>comparingByValue(Comparator.reverseOrder()))
            .limit(LISTED)
            .toList();
    if (!slowest.isEmpty()) {
      System.out.println("Slowest tests:");
    }
    slowest.forEach(
        each ->
            System.out.printf("%6.1f s  %s%n", each.getValue().toMillis() / 1e3, each.getKey()));
  }
}
