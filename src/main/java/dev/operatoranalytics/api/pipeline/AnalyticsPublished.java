package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;

/** The analytics of a day were published or replaced. */
public record AnalyticsPublished(FeedRow row) {

  public String cursor() {
    return row.cursor();
  }

  public Instant at() {
    return row.at();
  }

  public LocalDate date() {
    return Objects.requireNonNull(row.day());
  }
}
