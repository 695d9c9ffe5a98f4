package dev.operatoranalytics.metadata;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.database.StorableText;
import dev.operatoranalytics.source.Metadata.Subject;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The job that fetches metadata documents of operators and AVSs: new ones, failed ones whose retry
 * is due, and those due for a refresh. One run at a time per database.
 */
@Singleton
public class MetadataUpdate {
  private static final Duration FIRST_RETRY_DELAY = Duration.ofMinutes(5);
  private static final int MAX_DOUBLINGS = 16;

  private final DataSource state;
  private final MetadataSettings settings;
  private final Clock clock;

  MetadataUpdate(
      @Named("pipeline") DataSource state,
      DataSourceResolver resolver,
      MetadataSettings settings,
      Clock clock) {
    this.state = resolver.resolve(state);
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * @param failures consecutive failures of this URI
   */
  private record Due(Subject subject, String address, String uri, int failures) {}

  /** A document, or the reason why it could not be fetched. */
  private sealed interface FetchResult {
    record FetchedDocument(MetadataDocument document) implements FetchResult {}

    record FailedFetch(FetchFailed failure) implements FetchResult {}
  }

  private record Pending(Due due, Future<FetchResult> fetchDocument) {}

  /**
   * Runs the job; empty when another run is in progress.
   *
   * @param listener receives a line for each document that could not be fetched
   */
  public Optional<MetadataUpdateResult> run(Consumer<String> listener)
      throws SQLException, IOException {
    try (var lock = state.getConnection();
        var writer = state.getConnection()) {
      lock.setAutoCommit(false);
      writer.setAutoCommit(false);
      if (!AdvisoryLock.tryAcquire(lock, "metadata")) {
        return Optional.empty();
      }
      try {
        return Optional.of(fetch(due(lock), writer, listener));
      } finally {
        lock.rollback();
      }
    }
  }

  private List<Due> due(Connection connection) throws SQLException {
    return Sql.list(
        connection,
        """
        with

        published as (
            select 'OPERATOR' as subject, operator_id as subject_id, metadata_uri as uri
            from operators
            where metadata_uri <> ''
            union all
            select 'AVS', avs_id, metadata_uri
            from avs
            where metadata_uri <> ''
        )

        select
            subject,
            subject_id,
            published.uri,
            case when fetches.uri = published.uri then fetches.failures else 0 end
        from published
        left join metadata_fetches as fetches using (subject, subject_id)
        where
            fetches.uri is distinct from published.uri
            or fetches.next_attempt_at <= ?
        order by fetches.next_attempt_at nulls first, subject, subject_id
        limit ?
        """,
        rows ->
            new Due(
                Subject.valueOf(rows.getString(1)),
                rows.getString(2),
                rows.getString(3),
                rows.getInt(4)),
        clock.instant().atOffset(ZoneOffset.UTC),
        settings.documentsPerRun());
  }

  private MetadataUpdateResult fetch(List<Due> due, Connection writer, Consumer<String> listener)
      throws SQLException, IOException {
    var result = new MetadataUpdateResult(0, 0, 0);
    try (var fetcher = new Fetcher(settings);
        var threads = Executors.newFixedThreadPool(settings.parallelFetches())) {
      var pending = new ArrayList<Pending>();
      for (var one : due) {
        pending.add(new Pending(one, threads.submit(() -> fetchDocument(fetcher, one.uri()))));
      }
      for (var one : pending) {
        result = store(one.due(), await(one.fetchDocument()), result, writer, listener);
        writer.commit();
      }
    }
    return result;
  }

  private static FetchResult fetchDocument(Fetcher fetcher, String uri) {
    try {
      return new FetchResult.FetchedDocument(MetadataDocument.parse(fetcher.fetch(uri)));
    } catch (FetchFailed e) {
      return new FetchResult.FailedFetch(e);
    }
  }

  private static FetchResult await(Future<FetchResult> fetchDocument) {
    try {
      return fetchDocument.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private MetadataUpdateResult store(
      Due due,
      FetchResult fetchDocument,
      MetadataUpdateResult totals,
      Connection writer,
      Consumer<String> listener)
      throws SQLException {
    return switch (fetchDocument) {
      case FetchResult.FetchedDocument(var document) -> {
        var skippedFields =
            document.skippedFields().isEmpty() ? null : String.join("; ", document.skippedFields());
        record(writer, due, "FETCHED", null, skippedFields, 0, settings.refresh());
        var isNew = document.metadata().store(writer, due.subject(), due.address());
        if (isNew) {
          DataVersion.raise(writer);
        }
        yield new MetadataUpdateResult(
            totals.fetched() + 1, totals.changed() + (isNew ? 1 : 0), totals.failed());
      }
      case FetchResult.FailedFetch(var failure) -> {
        var reason = failure.reason();
        record(
            writer,
            due,
            reason.isTransient() ? "FAILED" : "REFUSED",
            reason.name(),
            failure.getMessage(),
            due.failures() + 1,
            reason.isTransient() ? retryDelay(due.failures()) : settings.refresh());
        listener.accept(
            "%s %s: %s, %s"
                .formatted(due.subject().noun(), due.address(), reason, failure.getMessage()));
        yield new MetadataUpdateResult(totals.fetched(), totals.changed(), totals.failed() + 1);
      }
    };
  }

  private Duration retryDelay(int failuresBefore) {
    var retryDelay = FIRST_RETRY_DELAY.multipliedBy(1L << Math.min(failuresBefore, MAX_DOUBLINGS));
    return retryDelay.compareTo(settings.refresh()) < 0 ? retryDelay : settings.refresh();
  }

  private void record(
      Connection writer,
      Due due,
      String status,
      @Nullable String reason,
      @Nullable String detail,
      int failures,
      Duration retryDelay)
      throws SQLException {
    var now = clock.instant();
    Sql.update(
        writer,
        """
        insert into metadata_fetches as stored
            (subject, subject_id, uri, status, reason, detail, failures, attempted_at,
             fetched_at, next_attempt_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (subject, subject_id) do update set
            uri = excluded.uri,
            status = excluded.status,
            reason = excluded.reason,
            detail = excluded.detail,
            failures = excluded.failures,
            attempted_at = excluded.attempted_at,
            fetched_at = case
                when excluded.fetched_at is not null then excluded.fetched_at
                when stored.uri = excluded.uri then stored.fetched_at
            end,
            next_attempt_at = excluded.next_attempt_at
        """,
        due.subject().name(),
        due.address(),
        due.uri(),
        status,
        reason,
        detail == null ? null : new StorableText(detail).value(),
        failures,
        at(now),
        reason == null ? at(now) : null,
        at(now.plus(retryDelay)));
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
