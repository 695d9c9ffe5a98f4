package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The progress of a run. */
public record RunProgress(FeedRow row) {

  public String cursor() {
    return row.cursor();
  }

  public Instant at() {
    return row.at();
  }

  public int skipped() {
    return row.skipped();
  }

  public String runId() {
    return row.key();
  }

  public String status() {
    return Objects.requireNonNull(row.status());
  }

  public @Nullable Integer operatorsDone() {
    return row.done();
  }

  public @Nullable Integer operatorsTotal() {
    return row.total();
  }
}
