package dev.operatoranalytics.api.metadata;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the document of an operator or AVS was last fetched: a row of {@code metadata_fetches}. */
@MappedEntity("metadata_fetches")
public record MetadataFetch(
    @Id String subjectId,
    String uri,
    String status,
    @Nullable String reason,
    @Nullable String detail,
    int failures,
    Instant attemptedAt,
    @Nullable Instant fetchedAt,
    Instant nextAttemptAt) {

  static final String ROWS_OF_OPERATORS = rowsOf("OPERATOR");
  static final String ROWS_OF_AVSES = rowsOf("AVS");

  private static String rowsOf(String subject) {
    return """
    select
        subject_id, uri, status, reason, detail, failures, attempted_at, fetched_at, next_attempt_at
    from metadata_fetches
    where subject = '%s'
    """
        .formatted(subject);
  }
}
