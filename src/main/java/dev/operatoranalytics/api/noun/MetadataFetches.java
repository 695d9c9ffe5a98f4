package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** Latest attempts to fetch the metadata documents of operators and AVSs. */
final class MetadataFetches {
  private static final Noun METADATA_FETCH =
      Noun.of("MetadataFetch")
          .rows("metadata_fetches")
          .key("subject_id")
          .texts("uri", "detail")
          .enums("status", "reason")
          .counts("failures")
          .instants("attemptedAt", "fetchedAt", "nextAttemptAt");

  static final List<Noun> NOUNS = List.of(METADATA_FETCH);

  /**
   * @param subject OPERATOR or AVS
   */
  static Relation of(String subject, String column) {
    return Relation.on(column, "subject_id").where("#subject = '%s'".formatted(subject));
  }

  private MetadataFetches() {}
}
