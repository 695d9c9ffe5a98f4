package dev.operatoranalytics.api.pipeline;

import io.micronaut.core.annotation.Introspected;
import java.time.LocalDate;

/** UTC days next to each other that stand alike, both ends counted. */
@Introspected
public record PartitionRange(String status, LocalDate fromDate, LocalDate toDate, int days) {

  public LocalDate from() {
    return fromDate;
  }

  public LocalDate to() {
    return toDate;
  }
}
