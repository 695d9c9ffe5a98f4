package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.document.ChangeEvent.Happened;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How far a run had come at a moment. */
public record RunProgress(Happened happened) {

  public String cursor() {
    return happened.cursor();
  }

  public Instant at() {
    return happened.at();
  }

  public int skipped() {
    return happened.skipped();
  }

  public String runId() {
    return happened.key();
  }

  public String status() {
    return Objects.requireNonNull(happened.status());
  }

  public @Nullable Integer operatorsDone() {
    return happened.done();
  }

  public @Nullable Integer operatorsTotal() {
    return happened.total();
  }
}
