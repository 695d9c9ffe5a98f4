package dev.operatoranalytics.node;

import java.time.Duration;

/**
 * Limits of the requests to one node.
 *
 * @param concurrent maximum concurrent requests
 * @param perSecond maximum calls a second; each call of a batch counts, as providers bill them
 * @param batch calls in one HTTP request
 * @param timeout of one HTTP request
 * @param attempts number of attempts before the next node is used
 * @param pause pause before the second attempt; it doubles with each further one
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
