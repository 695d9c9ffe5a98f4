package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import java.time.Instant;

/** Rows of an operator changed. */
public record OperatorUpdated(FeedRow happened) {

  public String cursor() {
    return happened.cursor();
  }

  public Instant at() {
    return happened.at();
  }

  public int skipped() {
    return happened.skipped();
  }

  String operatorId() {
    return happened.key();
  }
}
