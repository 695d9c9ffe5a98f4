package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.pipeline.Checkpoint.Guarantee;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the source has to say since it was last read.
 *
 * @param headBlock greatest block that any event names
 * @param safeBlock block that the state is to be as of
 * @param cursor where the next run must begin to read
 * @param operators those that changed
 */
record Extraction(
    long headBlock,
    long safeBlock,
    Instant cursor,
    Guarantee guarantee,
    SortedSet<String> operators) {

  private static final Select HEAD = Select.load("extraction", "head");
  private static final Select AFFECTED = Select.load("extraction", "affected_operators");
  private static final Select ABOVE = Select.load("extraction", "rows_above_safe_block");
  private static final int LIVE_SLOTS = 10;

  private record Head(long block, Instant time) {}

  /**
   * How late a row can appear: read before the snapshot of the data is taken, so that whoever
   * commits between the two is still counted as running.
   *
   * @param now by the clock of the source, which also stamps its rows
   * @param oldestTransaction start of the oldest one still under way, null when none is
   */
  record Lateness(Instant now, @Nullable Instant oldestTransaction, Guarantee guarantee) {

    static Lateness read(Connection events) throws SQLException {
      try (var statement =
              events.prepareStatement(
                  """
                  select
                      now(),
                      min(xact_start) filter (where pid <> pg_backend_pid()),
                      pg_has_role(current_user, 'pg_read_all_stats', 'usage')
                          and not pg_is_in_recovery()
                          and not exists (select from pg_prepared_xacts)
                          and not exists (select from pg_stat_subscription)
                  from pg_stat_activity
                  where datname = current_database()
                  """);
          var row = statement.executeQuery()) {
        row.next();
        var oldest = row.getObject(2, OffsetDateTime.class);
        return new Lateness(
            row.getObject(1, OffsetDateTime.class).toInstant(),
            oldest == null ? null : oldest.toInstant(),
            row.getBoolean(3) ? Guarantee.NO_LOSS : Guarantee.BOUNDED_BY_BUFFER);
      }
    }
  }

  /**
   * @param events a snapshot of the source
   * @param since read rows written from then on; null for all
   * @param lastSafeBlock of the last run, null when there was none
   */
  static @Nullable Extraction read(
      Connection events,
      Lateness lateness,
      @Nullable Instant since,
      @Nullable Long lastSafeBlock,
      PipelineSettings settings)
      throws SQLException {
    var from = since == null ? "-infinity" : since.atOffset(ZoneOffset.UTC).toLocalDateTime();
    Select.set(events, Map.of("since", from.toString()));
    var newest = head(events);
    var headBlock = newest == null ? lastSafeBlock : Long.valueOf(newest.block());
    if (headBlock == null) {
      return null;
    }
    var safeBlock = newest == null ? headBlock : safeBlock(newest, lateness.now(), settings);
    if (lastSafeBlock != null && since != null) {
      safeBlock = Math.max(safeBlock, lastSafeBlock);
    }
    Select.set(
        events,
        Map.of(
            "until_block", Long.toString(safeBlock),
            "after_block", Long.toString(lastSafeBlock == null ? safeBlock : lastSafeBlock)));
    return new Extraction(
        Math.max(headBlock, safeBlock),
        safeBlock,
        cursor(events, lateness, settings),
        lateness.guarantee(),
        affected(events));
  }

  private static @Nullable Head head(Connection events) throws SQLException {
    try (var statement = events.prepareStatement(HEAD.statement());
        var row = statement.executeQuery()) {
      return row.next() ? new Head(row.getLong(1), Instant.ofEpochSecond(row.getLong(2))) : null;
    }
  }

  // an imported history counts to its end; a live head may still be reorganised
  private static long safeBlock(Head head, Instant now, PipelineSettings settings) {
    var isLive = head.time().plusSeconds(LIVE_SLOTS * settings.slotSeconds()).isAfter(now);
    return isLive ? head.block() - settings.safetyBufferBlocks() : head.block();
  }

  private static Instant cursor(Connection events, Lateness lateness, PipelineSettings settings)
      throws SQLException {
    var cursor = lateness.now().minusSeconds(settings.safetyBufferSeconds());
    if (lateness.oldestTransaction() != null && lateness.oldestTransaction().isBefore(cursor)) {
      cursor = lateness.oldestTransaction();
    }
    try (var statement = events.prepareStatement(ABOVE.statement());
        var row = statement.executeQuery()) {
      row.next();
      var above = row.getObject(1, LocalDateTime.class);
      if (above != null && above.toInstant(ZoneOffset.UTC).isBefore(cursor)) {
        cursor = above.toInstant(ZoneOffset.UTC);
      }
    }
    return cursor;
  }

  private static SortedSet<String> affected(Connection events) throws SQLException {
    var operators = new TreeSet<String>();
    try (var statement = events.prepareStatement(AFFECTED.statement());
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        operators.add(rows.getString(1));
      }
    }
    return operators;
  }
}
