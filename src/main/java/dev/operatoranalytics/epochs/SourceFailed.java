package dev.operatoranalytics.epochs;

import java.io.IOException;

/**
 * A source could not be read to its end. Earlier documents are stored, and another import continues
 * after them.
 */
public final class SourceFailed extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient EpochImportResult imported;

  /**
   * @param reason one line: what was found, and what was expected
   * @param imported result of the documents that were stored before
   */
  SourceFailed(String source, String reason, EpochImportResult imported, Throwable cause) {
    super(message(source, reason, imported.documents()), cause);
    this.imported = imported;
  }

  /** No document could be read. */
  static SourceFailed atStart(String source, Exception cause) {
    return new SourceFailed(source, Documents.reason(cause), EpochImportResult.NONE, cause);
  }

  public EpochImportResult imported() {
    return imported;
  }

  private static String message(String source, String reason, long documents) {
    return documents == 0
        ? "Cannot read %s: %s".formatted(source, reason)
        : "Cannot read %s after document %d: %s; earlier documents are stored"
            .formatted(source, documents, reason);
  }
}
