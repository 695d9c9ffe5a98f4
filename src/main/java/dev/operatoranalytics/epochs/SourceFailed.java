package dev.operatoranalytics.epochs;

import java.io.IOException;

/**
 * A source could not be read to its end. What was read before is stored, and another import goes on
 * from there.
 */
public final class SourceFailed extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient EpochImport.Result taken;

  /**
   * @param reason one line: what was found, and what was expected
   * @param taken what was stored before
   */
  SourceFailed(String source, String reason, EpochImport.Result taken, Throwable cause) {
    super(message(source, reason, taken.documents()), cause);
    this.taken = taken;
  }

  /** Nothing of it could be read. */
  static SourceFailed atStart(String source, Exception cause) {
    return new SourceFailed(source, Documents.reason(cause), EpochImport.Result.NONE, cause);
  }

  public EpochImport.Result taken() {
    return taken;
  }

  private static String message(String source, String reason, long documents) {
    return documents == 0
        ? "Cannot read %s: %s".formatted(source, reason)
        : "Cannot read %s behind document %d: %s; what came before is stored"
            .formatted(source, documents, reason);
  }
}
