package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ChangeEvent.Happened;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;

/** The analytics of a day can be read, or were made again. */
public record AnalyticsPublished(Happened happened) {

  public String cursor() {
    return happened.cursor();
  }

  public Instant at() {
    return happened.at();
  }

  public LocalDate date() {
    return Objects.requireNonNull(happened.day());
  }
}
