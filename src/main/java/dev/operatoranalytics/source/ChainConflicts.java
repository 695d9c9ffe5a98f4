package dev.operatoranalytics.source;

import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.event.EventKind;
import dev.operatoranalytics.source.BlockTime.Contradiction;
import dev.operatoranalytics.source.EventRow.LogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Resolves contradictions between the logs of a file and those stored before it, after the file is
 * read: a transaction is in one block, a block has one hash and one time, a position in a block
 * holds one log.
 *
 * <p>After a reorganisation the last line that names a transaction or a block is right; rows that
 * contradict it are deleted. Of times that contradict each other, those of the fewest blocks are
 * rejected.
 */
final class ChainConflicts {
  private final Connection events;
  private final StoredLogs stored;
  private final Path file;
  private final TimeBounds bounds;
  private final LocalDateTime startedAt;

  /**
   * @param events with an open transaction; the caller commits it
   * @param startedAt start of the import of this file, by the database clock, UTC
   */
  ChainConflicts(Connection events, Path file, TimeBounds bounds, LocalDateTime startedAt)
      throws SQLException {
    this.events = events;
    this.stored = new StoredLogs(events);
    this.file = file;
    this.bounds = bounds;
    this.startedAt = startedAt;
  }

  /**
   * The result.
   *
   * @param deleted number of rows that are not on the chain
   * @param refused number of rows of the file whose time contradicts others; they are deleted too
   * @param affected operators and stakers whose state depended on deleted rows
   * @param missing rows to write again, because their transaction is in another block now
   * @param rejections lines whose time contradicts others
   */
  record Settled(
      long deleted,
      long refused,
      ReorganisedBlocks.Affected affected,
      List<EventRow> missing,
      List<Rejection> rejections) {}

  /** A log position in a block. */
  private record Slot(long block, long logIndex) {}

  /** A transaction in a block. */
  private record Mined(String transactionHash, long block) {}

  /** A block, and the time that some logs say it has. */
  private record Claim(long block, long seconds) {}

  /** The last value in the file, and its line. */
  private record Last<T>(T value, long line) {}

  /**
   * @param removed logs whose block left the chain; this method stores the added ones
   * @param moved transactions that the file has in another block than the stored one
   */
  Settled settle(RemovedLogs removed, Set<String> moved) throws IOException, SQLException {
    removed.store(events);
    markRemoved(removed.added());
    var slots = slots();
    var transactions = new HashSet<>(moved);
    transactions.addAll(transactionsInManyBlocks());
    slots.values().forEach(transactions::addAll);
    var blocks = blocks();
    var contradictions =
        blocks.areTimesContradicted()
            ? BlockTime.contradictions(blockTimes())
            : List.<Contradiction>of();
    if (transactions.isEmpty() && blocks.forked().isEmpty() && contradictions.isEmpty()) {
      return delete(0, List.of(), List.of());
    }
    var reading = new Reading(transactions, blocks.forked(), contradictions);
    reading.run();
    var displaced = displaced(reading, slots);
    markOtherBlocks(reading.blockOf);
    markOtherHashes(reading.hashOf);
    markDisplaced(displaced);
    var refused = markTimes(contradictions);
    var missing =
        reading.rows.stream()
            .filter(row -> reading.isConsistent(row.place()))
            .filter(row -> !removed.has(row.place()) && !displaced.contains(mined(row.place())))
            .toList();
    return delete(refused, missing, reading.rejections);
  }

  private static Mined mined(LogPosition position) {
    return new Mined(position.transactionHash(), position.blockNumber());
  }

  private Settled delete(int refused, List<EventRow> missing, List<Rejection> rejections)
      throws SQLException {
    var affected = new ReorganisedBlocks.Affected(stored.operators(), stored.stakers());
    return new Settled(stored.delete() - refused, refused, affected, missing, rejections);
  }

  /** Reads the file once more and keeps the lines that are part of a contradiction. */
  private final class Reading {
    private final Set<String> transactions;
    private final Set<Long> forked;
    private final Map<Claim, Contradiction> contradictions;
    private final Map<String, Last<Long>> blockOf = new HashMap<>();
    private final Map<Long, Last<String>> hashOf = new HashMap<>();
    private final List<EventRow> rows = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();

    Reading(Set<String> transactions, Set<Long> forked, List<Contradiction> contradictions) {
      this.transactions = transactions;
      this.forked = forked;
      this.contradictions =
          contradictions.stream()
              .filter(each -> !each.time().isStored())
              .collect(
                  toUnmodifiableMap(
                      each -> new Claim(each.time().block(), each.time().seconds()), each -> each));
    }

    void run() throws IOException {
      try (var lines = new LineReader(file)) {
        var number = 0L;
        for (byte[] line; (line = lines.next()) != null; ) {
          number++;
          try {
            read(DecodedLog.parse(line), number);
          } catch (UnreadableValue e) {
            // the line is blank, or was rejected in the first pass
          }
        }
      }
    }

    private void read(DecodedLog log, long number) {
      var kind = log.kind().filter(EventKind::isStored);
      if (kind.isEmpty() || log.isRemoved()) {
        return;
      }
      var row = EventRow.of(log, kind.get(), number, bounds);
      var position = row.place();
      var contradiction =
          contradictions.get(new Claim(position.blockNumber(), position.blockTime()));
      if (contradiction != null) {
        rejections.add(
            new UnreadableValue("block_time", log.rawBlockTime(), contradiction.reason())
                .at(file.toString(), number));
        return;
      }
      var hash = position.blockHash();
      var isForked = hash != null && forked.contains(position.blockNumber());
      if (hash != null && isForked) {
        hashOf.put(position.blockNumber(), new Last<>(hash, number));
      }
      var isMoved = transactions.contains(position.transactionHash());
      if (isMoved) {
        blockOf.put(position.transactionHash(), new Last<>(position.blockNumber(), number));
      }
      if (isForked || isMoved) {
        rows.add(row);
      }
    }

    /** Whether the last lines of the file agree with this position. */
    private boolean isConsistent(LogPosition position) {
      var block = blockOf.get(position.transactionHash());
      var hash = hashOf.get(position.blockNumber());
      return (block == null || block.value() == position.blockNumber())
          && (hash == null
              || position.blockHash() == null
              || hash.value().equals(position.blockHash()));
    }
  }

  /** Returns the transactions at a shared position, except the one that the file names last. */
  private static Set<Mined> displaced(Reading reading, Map<Slot, Set<String>> slots) {
    var displaced = new HashSet<Mined>();
    for (var slot : slots.entrySet()) {
      var last =
          slot.getValue().stream()
              .filter(reading.blockOf::containsKey)
              .max(comparingLong(each -> Objects.requireNonNull(reading.blockOf.get(each)).line()));
      for (var each : slot.getValue()) {
        if (last.isPresent() && !last.get().equals(each)) {
          displaced.add(new Mined(each, slot.getKey().block()));
        }
      }
    }
    return displaced;
  }

  private Set<String> transactionsInManyBlocks() throws SQLException {
    var transactions = new HashSet<String>();
    Sql.each(
        events,
        """
        select transaction_hash from logs
        where id not in (select id from deletions)
        group by transaction_hash having min(block_number) <> max(block_number)
        """,
        rows -> transactions.add(rows.getString(1)));
    return transactions;
  }

  /** Returns the positions that hold logs of several transactions. */
  private Map<Slot, Set<String>> slots() throws SQLException {
    var slots = new HashMap<Slot, Set<String>>();
    Sql.each(
        events,
        """
        select block_number, log_index, array_agg(distinct transaction_hash)
        from logs
        where id not in (select id from deletions)
        group by block_number, log_index
        having min(transaction_hash) <> max(transaction_hash)
        """,
        rows ->
            slots.put(
                new Slot(rows.getLong(1), rows.getLong(2)),
                Set.of((String[]) rows.getArray(3).getArray())));
    return slots;
  }

  /**
   * Contradictions between blocks.
   *
   * @param forked blocks with several hashes
   */
  private record Blocks(Set<Long> forked, boolean areTimesContradicted) {}

  private Blocks blocks() throws SQLException {
    var forked = new HashSet<Long>();
    var areTimesContradicted = false;
    try (var statement = events.createStatement();
        var rows =
            statement.executeQuery(
                """
                with

                blocks as (
                    select
                        block_number,
                        min(block_timestamp) as first_time,
                        max(block_timestamp) as last_time,
                        coalesce(min(block_hash) <> max(block_hash), false) as is_forked
                    from logs
                    where id not in (select id from deletions)
                    group by block_number
                ),

                compared as (
                    select
                        block_number,
                        is_forked,
                        first_time < last_time
                        or coalesce(first_time < max(last_time) over earlier, false) as is_contradicted
                    from blocks
                    window earlier as (
                        order by block_number rows between unbounded preceding and 1 preceding
                    )
                )

                select block_number, is_forked, is_contradicted
                from compared
                where is_forked or is_contradicted
                """)) {
      while (rows.next()) {
        if (rows.getBoolean(2)) {
          forked.add(rows.getLong(1));
        }
        areTimesContradicted |= rows.getBoolean(3);
      }
    }
    return new Blocks(forked, areTimesContradicted);
  }

  private List<BlockTime> blockTimes() throws SQLException {
    return Sql.list(
        events,
        """
        select block_number, block_timestamp, count(*), min(created_at) < ?
        from logs
        where id not in (select id from deletions)
        group by block_number, block_timestamp
        order by block_number, block_timestamp desc
        """,
        rows ->
            new BlockTime(rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getBoolean(4)),
        startedAt);
  }

  private void markRemoved(List<LogPosition> removed) throws SQLException {
    if (removed.isEmpty()) {
      return;
    }
    stored.mark(
        """
        join unnest(?::text[], ?::bigint[], ?::text[]) as removed (id, block_number, block_hash)
            on removed.id = logs.id
            and removed.block_number = logs.block_number
            and (removed.block_hash = logs.block_hash) is not false
        """,
        stored.array("text", removed, LogPosition::id),
        stored.array("bigint", removed, LogPosition::blockNumber),
        stored.array("text", removed, LogPosition::blockHash));
  }

  private void markOtherBlocks(Map<String, Last<Long>> blockOf) throws SQLException {
    stored.mark(
        """
        join unnest(?::text[], ?::bigint[]) as standing (transaction_hash, block_number)
            on standing.transaction_hash = logs.transaction_hash
            and standing.block_number <> logs.block_number
        """,
        stored.array("text", blockOf.entrySet(), Map.Entry::getKey),
        stored.array("bigint", blockOf.entrySet(), entry -> entry.getValue().value()));
  }

  private void markOtherHashes(Map<Long, Last<String>> hashOf) throws SQLException {
    stored.mark(
        """
        join unnest(?::bigint[], ?::text[]) as standing (block_number, block_hash)
            on standing.block_number = logs.block_number
            and standing.block_hash <> logs.block_hash
        """,
        stored.array("bigint", hashOf.entrySet(), Map.Entry::getKey),
        stored.array("text", hashOf.entrySet(), entry -> entry.getValue().value()));
  }

  private void markDisplaced(Set<Mined> displaced) throws SQLException {
    stored.mark(
        """
        join unnest(?::text[], ?::bigint[]) as loser (transaction_hash, block_number)
            on loser.transaction_hash = logs.transaction_hash
            and loser.block_number = logs.block_number
        """,
        stored.array("text", displaced, Mined::transactionHash),
        stored.array("bigint", displaced, Mined::block));
  }

  /** Marks rows of the file only; the data checks report rows that were stored before. */
  private int markTimes(Collection<Contradiction> contradictions) throws SQLException {
    var refused =
        contradictions.stream().map(Contradiction::time).filter(time -> !time.isStored()).toList();
    return stored.mark(
        """
        join unnest(?::bigint[], ?::bigint[]) as refused (block_number, block_timestamp)
            on refused.block_number = logs.block_number
            and refused.block_timestamp = logs.block_timestamp
        """,
        stored.array("bigint", refused, BlockTime::block),
        stored.array("bigint", refused, BlockTime::seconds));
  }
}
