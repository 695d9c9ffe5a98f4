package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.api.document.ChangeEvent.Happened;
import java.time.Instant;

/** An epoch came in, or has another document than before. */
public record EpochAdded(Happened happened) {

  public String cursor() {
    return happened.cursor();
  }

  public Instant at() {
    return happened.at();
  }

  String number() {
    return happened.key();
  }

  public boolean isReplacement() {
    return "REPLACED".equals(happened.status());
  }
}
