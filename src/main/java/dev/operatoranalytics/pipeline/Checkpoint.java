package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The position up to which the events database has been read.
 *
 * @param lastProcessedAt every row written before it has been seen; null before the first run
 * @param safeBlock block that the state is as of; null before the first run
 * @param safeAt instant of that block
 * @param isFinal whether that block is final; null when no node reports that
 * @param fence raised by each run that starts
 * @param revision raised by each update, also by a manual one
 */
public record Checkpoint(
    String pipeline,
    @Nullable Instant lastProcessedAt,
    @Nullable Long safeBlock,
    @Nullable Instant safeAt,
    @Nullable Boolean isFinal,
    long fence,
    long revision) {

  /** Whether a run can miss late rows. */
  public enum Guarantee {
    NO_LOSS,
    BOUNDED_BY_BUFFER
  }

  /** Raises the fence at the start of a run; earlier runs can no longer commit. */
  static Checkpoint raiseFence(Connection state, String pipeline) throws SQLException {
    Sql.update(
        state,
        "insert into pipeline_checkpoints (pipeline_name) values (?) on conflict do nothing",
        pipeline);
    return Sql.get(
        state,
        """
        update pipeline_checkpoints set fence = fence + 1
        where pipeline_name = ?
        returning last_processed_at, safe_block, safe_at, is_final, fence, revision
        """,
        row -> of(pipeline, row),
        pipeline);
  }

  /** The stored checkpoint; empty before the first run. */
  public static Optional<Checkpoint> read(Connection state, String pipeline) throws SQLException {
    return Sql.first(
        state,
        """
        select last_processed_at, safe_block, safe_at, is_final, fence, revision
        from pipeline_checkpoints
        where pipeline_name = ?
        """,
        row -> of(pipeline, row),
        pipeline);
  }

  private static Checkpoint of(String pipeline, ResultSet row) throws SQLException {
    return new Checkpoint(
        pipeline,
        instant(row.getObject(1, OffsetDateTime.class)),
        row.getObject(2, Long.class),
        instant(row.getObject(3, OffsetDateTime.class)),
        row.getObject(4, Boolean.class),
        row.getLong(5),
        row.getLong(6));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  /**
   * Sets from which instant on the next run reads rows.
   *
   * @param pipeline null for the pipeline that ran last
   * @return name of the pipeline; empty when there is none
   */
  static Optional<String> reset(
      Connection state, @Nullable String pipeline, Instant lastProcessedAt) throws SQLException {
    return Sql.first(
        state,
        """
        update pipeline_checkpoints set last_processed_at = ?
        where pipeline_name = coalesce(
            ?,
            (
                select pipeline_name
                from pipeline_checkpoints
                order by last_processed_at desc nulls last
                limit 1
            )
        )
        returning pipeline_name
        """,
        row -> row.getString(1),
        lastProcessedAt.atOffset(ZoneOffset.UTC),
        pipeline);
  }

  /**
   * Locks the fence until the end of the transaction; throws {@link RunLost} when another run
   * raised it.
   */
  void holdFence(Connection state) throws SQLException {
    try (var statement =
        state.prepareStatement(
            "select from pipeline_checkpoints where pipeline_name = ? and fence = ? for share")) {
      statement.setString(1, pipeline);
      statement.setLong(2, fence);
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          throw new RunLost(pipeline);
        }
      }
    }
  }

  /** Whether the block of the state, or whether it is final, changes with the extraction. */
  boolean isBlockChangedBy(Extraction extraction) {
    return !Objects.equals(safeBlock, extraction.safeBlock())
        || !Objects.equals(isFinal, extraction.isFinal());
  }

  /** Moves the checkpoint; false when it was set during this run, which leaves it unchanged. */
  boolean move(Connection state, Extraction extraction) throws SQLException {
    return Sql.update(
            state,
            """
            update pipeline_checkpoints
            set
                last_processed_at = ?, head_block = ?, safe_block = ?, safe_at = ?, guarantee = ?,
                is_final = ?
            where pipeline_name = ? and revision = ?
            """,
            extraction.cursor().atOffset(ZoneOffset.UTC),
            extraction.headBlock(),
            extraction.safeBlock(),
            extraction.safeAt().atOffset(ZoneOffset.UTC),
            extraction.guarantee().name(),
            extraction.isFinal(),
            pipeline,
            revision)
        == 1;
  }
}
