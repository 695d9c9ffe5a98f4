package dev.operatoranalytics.epochs;

/**
 * The result of importing a source.
 *
 * @param inserted new epochs
 * @param replaced epochs whose document was replaced by one of higher precedence
 * @param present documents equal to a stored one
 * @param superseded documents of lower precedence than the stored one
 * @param rejected documents that could not be read at all
 * @param issues problems in the imported documents
 * @param rows rows written to derived tables
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
