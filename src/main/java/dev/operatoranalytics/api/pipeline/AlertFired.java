package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import java.time.Instant;

/** A rule reported a fact. */
public record AlertFired(FeedRow row) {

  public String cursor() {
    return row.cursor();
  }

  public Instant at() {
    return row.at();
  }

  public String alertId() {
    return row.key();
  }
}
