package dev.operatoranalytics.epochs;

/**
 * What came of a source.
 *
 * @param inserted epochs that were not there
 * @param replaced epochs that had another document, which counts less
 * @param present documents that say what is stored already
 * @param superseded documents that count less than the stored one
 * @param rejected documents that could not be read at all
 * @param issues things wrong in the documents that were taken
 * @param rows written to tables that follow from documents
 */
public record EpochImportResult(
    long documents,
    long inserted,
    long replaced,
    long present,
    long superseded,
    long rejected,
    long issues,
    long rows) {
  static final EpochImportResult NONE = new EpochImportResult(0, 0, 0, 0, 0, 0, 0, 0);

  public EpochImportResult plus(EpochImportResult other) {
    return new EpochImportResult(
        documents + other.documents,
        inserted + other.inserted,
        replaced + other.replaced,
        present + other.present,
        superseded + other.superseded,
        rejected + other.rejected,
        issues + other.issues,
        rows + other.rows);
  }
}
