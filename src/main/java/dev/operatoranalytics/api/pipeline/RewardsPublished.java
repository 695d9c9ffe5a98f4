package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;

/** A root of a claim tree came on chain, or was disabled. */
public record RewardsPublished(FeedRow row) {

  public String cursor() {
    return row.cursor();
  }

  public Instant at() {
    return row.at();
  }

  public LocalDate untilDate() {
    return Objects.requireNonNull(row.day());
  }

  public String change() {
    return Objects.requireNonNull(row.status());
  }

  String rootIndex() {
    return row.key();
  }
}
