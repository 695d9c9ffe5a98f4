package dev.operatoranalytics.node;

import java.time.Duration;

/**
 * How much is asked of one node.
 *
 * @param concurrent requests under way at a time
 * @param perSecond calls a second; each call of a batch counts, as providers bill them
 * @param batch calls in one HTTP request
 * @param timeout of one HTTP request
 * @param attempts how often a request is sent before the next node is asked
 * @param pause before the second attempt; it doubles with each further one
 */
public record RequestLimits(
    int concurrent, int perSecond, int batch, Duration timeout, int attempts, Duration pause) {
  public RequestLimits {
    requireAtLeastOne("concurrent requests", concurrent);
    requireAtLeastOne("requests per second", perSecond);
    requireAtLeastOne("calls in a batch", batch);
    requireAtLeastOne("attempts", attempts);
  }

  private static void requireAtLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d; expected 1 or more".formatted(what, value));
    }
  }
}
