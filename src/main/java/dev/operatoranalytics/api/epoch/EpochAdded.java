package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import java.time.Instant;

/** An epoch was imported, or its document was replaced. */
public record EpochAdded(FeedRow row) {

  public String cursor() {
    return row.cursor();
  }

  public Instant at() {
    return row.at();
  }

  String number() {
    return row.key();
  }

  public boolean isReplacement() {
    return "REPLACED".equals(row.status());
  }
}
