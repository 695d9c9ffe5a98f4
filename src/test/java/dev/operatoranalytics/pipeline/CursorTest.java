package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Readers of a source whose rows have the time at which their transaction began, and become visible
 * when it ends. Runs longer with {@code -Dcursor.seconds=30}.
 */
@Tag("slow")
class CursorTest {
  private static final Duration WRITING =
      Duration.ofSeconds(Integer.getInteger("cursor.seconds", 4));
  private static final int WRITERS = 4;
  private static final int LONGEST_MILLIS = 900;
  private static final PipelineSettings NO_BUFFER = Tables.settings(0, 100, 2, 0);

  private final Set<String> committed = new ConcurrentSkipListSet<>();
  private final AtomicLong rolledBack = new AtomicLong();
  private final AtomicLong block = new AtomicLong();

  @Test
  void a_naive_cursor_loses_rows_of_long_transactions_and_this_cursor_loses_none()
      throws Exception {
    try (var tables = new Tables();
        var threads = Executors.newCachedThreadPool()) {
      var end = Instant.now().plus(WRITING);
      var writers = new ArrayList<Future<Void>>();
      for (var i = 0; i < WRITERS; i++) {
        var writer = i;
        writers.add(threads.submit(() -> write(tables, writer, end)));
      }
      var seenNaively = threads.submit(() -> readNaively(tables, writers));
      var runs = threads.submit(() -> readAsWeDo(tables, writers));
      var count = runs.get();
      var ours =
          tables.rows("select operator_id from operators").stream().map(List::getFirst).toList();
      var lost = new TreeSet<>(committed);
      lost.removeAll(seenNaively.get());
      System.out.printf(
          "cursor: %d transactions committed, %d rolled back; naive lost %d, ours none in %d"
              + " runs%n",
          committed.size(), rolledBack.get(), lost.size(), count);
      assertThat(lost).as("lost by the naive cursor").isNotEmpty();
      assertThat(ours).containsExactlyInAnyOrderElementsOf(committed);
      assertThat(rolledBack.get()).isPositive();
    }
  }

  private Void write(Tables tables, int writer, Instant end) throws Exception {
    var random = new Random(writer);
    try (var connection = tables.eventsUrl().connect()) {
      connection.setAutoCommit(false);
      for (var i = 0; Instant.now().isBefore(end); i++) {
        var operator = "operator-%d-%d".formatted(writer, i);
        insert(connection, operator);
        Thread.sleep(random.nextInt(random.nextInt(LONGEST_MILLIS) + 1));
        if (random.nextInt(4) == 0) {
          connection.rollback();
          rolledBack.incrementAndGet();
        } else {
          connection.commit();
          committed.add(operator);
        }
      }
    }
    return null;
  }

  private void insert(Connection connection, String operator) throws SQLException {
    Sql.update(
        connection,
        """
        insert into operator_registered_events
            (id, transaction_hash, log_index, block_number, block_timestamp, operator_id,
             delegation_approver)
        values (?, ?, 0, ?, 1700000000, ?, '0x0000000000000000000000000000000000000000')
        """,
        operator + "-0",
        operator,
        block.incrementAndGet(),
        operator);
  }

  private static boolean areAtWork(List<Future<Void>> writers) {
    return writers.stream().anyMatch(writer -> !writer.isDone());
  }

  /** Reads rows newer than the newest row seen. */
  private static Set<String> readNaively(Tables tables, List<Future<Void>> writers)
      throws Exception {
    var seen = new TreeSet<String>();
    var cursor = "-infinity";
    try (var connection = tables.eventsUrl().connect();
        var statement =
            connection.prepareStatement(
                """
                select operator_id, created_at
                from operator_registered_events
                where created_at > ?::timestamp
                order by created_at
                """)) {
      for (var isLast = false; !isLast; ) {
        isLast = !areAtWork(writers);
        statement.setString(1, cursor);
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            seen.add(rows.getString(1));
            cursor = rows.getString(2);
          }
        }
        Thread.sleep(20);
      }
    }
    return seen;
  }

  private static int readAsWeDo(Tables tables, List<Future<Void>> writers) throws Exception {
    var update = tables.stateUpdate(NO_BUFFER);
    var runs = 0;
    for (var isLast = false; !isLast; runs++) {
      isLast = !areAtWork(writers);
      update.run(false, Run.Trigger.COMMAND, (done, of) -> {});
    }
    return runs;
  }
}
