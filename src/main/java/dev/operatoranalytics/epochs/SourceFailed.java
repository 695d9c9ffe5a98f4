package dev.operatoranalytics.epochs;

import java.io.IOException;

/**
 * A source could not be read to its end. What was read before is stored, and another import goes on
 * from there.
 */
public final class SourceFailed extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient EpochImportResult imported;

  /**
   * @param reason one line: what was found, and what was expected
   * @param taken what was stored before
   */
  SourceFailed(String source, String reason, EpochImportResult imported, Throwable cause) {
    super(message(source, reason, imported.documents()), cause);
    this.imported = imported;
  }

  /** Nothing of it could be read. */
  static SourceFailed atStart(String source, Exception cause) {
    return new SourceFailed(source, Documents.reason(cause), EpochImportResult.NONE, cause);
  }

  public EpochImportResult imported() {
    return imported;
  }

  private static String message(String source, String reason, long documents) {
    return documents == 0
        ? "Cannot read %s: %s".formatted(source, reason)
        : "Cannot read %s behind document %d: %s; what came before is stored"
            .formatted(source, documents, reason);
  }
}
