package dev.operatoranalytics.pipeline;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.pipeline.Checkpoint.Guarantee;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The changes of the source since it was last read.
 *
 * @param since start of this reading
 * @param headBlock highest block of any event
 * @param safeBlock block that the next state is as of
 * @param safeAt instant of that block
 * @param isFinal whether that block is final; null when no node reports that
 * @param cursor instant from which the next run must read
 * @param claimsFrom first block whose claims of rewards may have changed
 * @param operators operators that changed, with the reason
 * @param stakers stakers that changed, also outside operators
 */
public record Extraction(
    LocalDateTime since,
    long headBlock,
    long safeBlock,
    Instant safeAt,
    @Nullable Boolean isFinal,
    Instant cursor,
    Guarantee guarantee,
    long claimsFrom,
    SortedMap<String, AffectedOperator.AffectedReason> operators,
    SortedSet<String> stakers) {

  private static final SqlFile HEAD = SqlFile.load("extraction", "head");
  private static final SqlFile MATURED = SqlFile.load("extraction", "matured_operators");
  private static final SqlFile AFFECTED =
      SqlFile.load("extraction", "affected_operators").withStep(MATURED);

  private static final SqlFile AFFECTED_STAKERS = SqlFile.load("extraction", "affected_stakers");
  private static final SqlFile FIRST_CLAIM = SqlFile.load("extraction", "first_written_claim");

  // about two days: more than ever left the chain
  private static final long MAX_REORGANIZED_BLOCKS = 14_400;

  /** Operators that changed between two blocks. */
  public static final SqlFile OPERATORS_BETWEEN_BLOCKS =
      SqlFile.load("extraction", "operators_between_blocks").withStep(MATURED);

  private static final SqlFile ABOVE = SqlFile.load("extraction", "rows_above_safe_block");
  private static final SqlFile NEWEST =
      new SqlFile(
          "extraction/written_days.sql",
          "select max(written_at) from (\n%s\n) as days"
              .formatted(SqlFile.load("extraction", "written_days").text()));
  static final String SINCE = "since";
  private static final int MAX_SLOTS_BEHIND_LIVE_HEAD = 10;
  private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(5);

  /** A block and its instant. */
  private record Point(long block, Instant time) {
    static @Nullable Point of(@Nullable Long block, @Nullable Instant time) {
      return block == null || time == null ? null : new Point(block, time);
    }
  }

  /**
   * How late a row can appear. It is read before the snapshot of the data, so that a transaction
   * that commits in between still counts as running.
   *
   * <p>A standby or a subscriber shows rows with the time of the server that wrote them, delayed by
   * its lag, and does not show which transactions run on that server.
   *
   * @param knownUntil rows committed before this instant are visible, by the clock that stamps the
   *     rows
   * @param oldestTransaction start of the oldest transaction in progress; null when none is known
   * @param isSubscriber whether rows may come by logical replication, which reports no time: only
   *     rows written before the newest row are known to be visible
   */
  public record Lateness(
      Instant knownUntil,
      @Nullable Instant oldestTransaction,
      Guarantee guarantee,
      boolean isSubscriber) {

    public static Lateness read(Connection events, PipelineSettings settings) throws SQLException {
      try (var statement =
          events.prepareStatement(
              """
              select
                  -- a standby that has replayed nothing since its start is past its last checkpoint
                  case
                      when pg_is_in_recovery() then coalesce(
                          pg_last_xact_replay_timestamp(),
                          (select checkpoint_time from pg_control_checkpoint())
                      )
                      else now()
                  end,
                  case
                      when not pg_is_in_recovery() then least(
                          min(xact_start) filter (where pid <> pg_backend_pid()),
                          -- its start is not known, only when it was prepared
                          (
                              select min(prepared) - ? * interval '1 second'
                              from pg_prepared_xacts
                              where database = current_database()
                          )
                      )
                  end,
                  pg_has_role(current_user, 'pg_read_all_stats', 'usage')
                      and not pg_is_in_recovery()
                      and not exists (select from pg_prepared_xacts)
                      and not exists (select from pg_stat_subscription),
                  exists (select from pg_stat_subscription)
              from pg_stat_activity
              where datname = current_database()
              """)) {
        statement.setLong(1, settings.safetyBufferSeconds());
        try (var row = statement.executeQuery()) {
          row.next();
          var oldest = row.getObject(2, OffsetDateTime.class);
          return new Lateness(
              row.getObject(1, OffsetDateTime.class).toInstant(),
              oldest == null ? null : oldest.toInstant(),
              row.getBoolean(3) ? Guarantee.NO_LOSS : Guarantee.BOUNDED_BY_BUFFER,
              row.getBoolean(4));
        }
      }
    }
  }

  /**
   * @param events a snapshot of the source
   * @param checkpoint end of the last run
   * @param full whether to read all rows, not only those written since
   */
  static @Nullable Extraction read(
      Connection events,
      Lateness lateness,
      Checkpoint checkpoint,
      boolean full,
      PipelineSettings settings)
      throws SQLException {
    var processed = full ? null : checkpoint.lastProcessedAt();
    // UTC without a zone, as the loader writes it
    var since =
        processed == null
            ? LocalDateTime.MIN
            : processed.atOffset(ZoneOffset.UTC).toLocalDateTime();
    var last = Point.of(checkpoint.safeBlock(), checkpoint.safeAt());
    var isLastPossible =
        last != null && !last.time().isAfter(lateness.knownUntil().plus(MAX_CLOCK_DIFFERENCE));
    if (last != null && !isLastPossible) {
      last = new Point(last.block(), lateness.knownUntil());
    }
    var head = head(events, since, isLastPossible ? last : null, last != null);
    if (head == null) {
      head = last;
    }
    var horizon = ChainHorizon.read(events);
    if (head == null && horizon == null) {
      return null;
    }
    var safe =
        horizon == null
            ? safe(requireNonNull(head), lateness.knownUntil(), settings)
            : new Point(horizon.block(), horizon.time());
    if (horizon == null
        && isLastPossible
        && last != null
        && processed != null
        && last.block() > safe.block()) {
      safe = last;
    }
    var after = last == null ? safe : last;
    var parameters =
        new HashMap<>(
            Map.of(
                "until_block", Long.toString(safe.block()),
                // when the time goes back because the previous one was wrong, announcements between
                // them count again
                "chain_time", later(safe.time(), after.time()).toString(),
                "after_block", Long.toString(Math.min(after.block(), safe.block())),
                "after_time", earlier(safe.time(), after.time()).toString()));
    RebuildBounds.Delays.of(settings).addTo(parameters);
    SqlFile.set(events, parameters);
    return new Extraction(
        since,
        head == null ? safe.block() : Math.max(head.block(), safe.block()),
        safe.block(),
        safe.time(),
        horizon == null ? null : horizon.isFinal(),
        cursor(events, lateness, since, bufferSeconds(horizon, lateness, settings)),
        lateness.guarantee(),
        claimsFrom(events, since, Math.min(after.block(), safe.block())),
        affected(events, since),
        affectedStakers(events, since));
  }

  /**
   * No buffer when the chain reader writes the rows: it stamps them with the clock of the database,
   * so none is late.
   */
  private static long bufferSeconds(
      @Nullable ChainHorizon horizon, Lateness lateness, PipelineSettings settings) {
    return horizon != null && lateness.guarantee() == Guarantee.NO_LOSS
        ? 0
        : settings.safetyBufferSeconds();
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  /**
   * The newest block. When new rows contradict the last run, all rows are read to decide.
   *
   * @param last block of the last run; null when there was no run or its time is impossible
   * @param isContinued whether there was a last run
   */
  private static @Nullable Point head(
      Connection events, LocalDateTime since, @Nullable Point last, boolean isContinued)
      throws SQLException {
    if (last == null) {
      return newest(events, isContinued ? LocalDateTime.MIN : since);
    }
    var newest = newest(events, since);
    var isContradicted =
        newest != null && newest.block() > last.block() && newest.time().isBefore(last.time());
    return isContradicted ? newest(events, LocalDateTime.MIN) : newest;
  }

  private static @Nullable Point newest(Connection events, LocalDateTime since)
      throws SQLException {
    try (var statement = HEAD.on(events).prepare(events, SINCE, since);
        var row = statement.executeQuery()) {
      return row.next() ? new Point(row.getLong(1), Instant.ofEpochSecond(row.getLong(2))) : null;
    }
  }

  // an imported history is safe up to its end; a live head may still be reorganised
  private static Point safe(Point head, Instant now, PipelineSettings settings) {
    var isLive =
        head.time().plusSeconds(MAX_SLOTS_BEHIND_LIVE_HEAD * settings.slotSeconds()).isAfter(now);
    return isLive
        ? new Point(
            head.block() - settings.safetyBufferBlocks(),
            head.time().minusSeconds(settings.safetyBufferBlocks() * settings.slotSeconds()))
        : head;
  }

  /**
   * The instant before which every written row is visible to a reader now.
   *
   * @param since start of the reading
   * @param safeBlock rows above it are not used yet
   */
  public static Instant seenUntil(
      Connection events,
      Lateness lateness,
      Instant since,
      long safeBlock,
      PipelineSettings settings)
      throws SQLException {
    SqlFile.set(events, Map.of("until_block", Long.toString(safeBlock)));
    return cursor(
        events,
        lateness,
        since.atOffset(ZoneOffset.UTC).toLocalDateTime(),
        lateness.guarantee() == Guarantee.NO_LOSS ? 0 : settings.safetyBufferSeconds());
  }

  private static Instant cursor(
      Connection events, Lateness lateness, LocalDateTime since, long bufferSeconds)
      throws SQLException {
    var knownUntil =
        lateness.isSubscriber()
            ? earlier(lateness.knownUntil(), newestWritten(events, since))
            : lateness.knownUntil();
    var cursor = knownUntil.minusSeconds(bufferSeconds);
    if (lateness.oldestTransaction() != null && lateness.oldestTransaction().isBefore(cursor)) {
      cursor = lateness.oldestTransaction();
    }
    try (var statement = ABOVE.on(events).prepare(events, SINCE, since);
        var row = statement.executeQuery()) {
      row.next();
      var above = row.getObject(1, LocalDateTime.class);
      if (above != null && above.toInstant(ZoneOffset.UTC).isBefore(cursor)) {
        cursor = above.toInstant(ZoneOffset.UTC);
      }
    }
    return cursor;
  }

  /** When the newest row was written; the start of the reading when there is none. */
  private static Instant newestWritten(Connection events, LocalDateTime since) throws SQLException {
    try (var statement = NEWEST.on(events).prepare(events, SINCE, since);
        var row = statement.executeQuery()) {
      row.next();
      var newest = row.getObject(1, LocalDateTime.class);
      var known = newest == null ? since : newest;
      return known.equals(LocalDateTime.MIN) ? Instant.EPOCH : known.toInstant(ZoneOffset.UTC);
    }
  }

  private static SortedSet<String> affectedStakers(Connection events, LocalDateTime since)
      throws SQLException {
    var stakers = new TreeSet<String>();
    try (var statement = AFFECTED_STAKERS.on(events).prepare(events, SINCE, since);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        stakers.add(rows.getString(1));
      }
    }
    return stakers;
  }

  /**
   * The first block whose claims of rewards may have changed: those written since, and those of
   * blocks that may have left the chain.
   */
  private static long claimsFrom(Connection events, LocalDateTime since, long lastBlock)
      throws SQLException {
    if (since.equals(LocalDateTime.MIN)) {
      return 0;
    }
    try (var statement = FIRST_CLAIM.on(events).prepare(events, SINCE, since);
        var row = statement.executeQuery()) {
      row.next();
      var written = row.getObject(1, Long.class);
      var mutable = Math.max(0, lastBlock - MAX_REORGANIZED_BLOCKS);
      return written == null ? mutable : Math.min(written, mutable);
    }
  }

  private static SortedMap<String, AffectedOperator.AffectedReason> affected(
      Connection events, LocalDateTime since) throws SQLException {
    var operators = new TreeMap<String, AffectedOperator.AffectedReason>();
    try (var statement = AFFECTED.on(events).prepare(events, SINCE, since);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        operators.put(
            rows.getString(1), AffectedOperator.AffectedReason.valueOf(rows.getString(2)));
      }
    }
    return operators;
  }
}
