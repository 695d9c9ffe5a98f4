package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The feed contains each change once, in the order of commits, and nothing else. */
@Tag("slow")
class ChangeFeedTest {
  @AutoClose private static final Tables tables = new Tables();

  @BeforeEach
  void history() {
    tables.clear();
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        alice       | of-alice  | stETH       | 70     | INCREASED  | 100
        bob         | of-bob    | stETH       | 70     | INCREASED  | 100
        """);
  }

  @Test
  void a_run_reports_changed_operators_and_its_progress() {
    tables.update();

    tables.expect(
        "(select * from change_feed order by position) as feed",
        """
        kind     | key   | status    | done | total
        RUN      | %1$s  | RUNNING   | 0    | -
        OPERATOR | alice | -         | -    | -
        OPERATOR | bob   | -         | -    | -
        RUN      | %1$s  | RUNNING   | 2    | 2
        RUN      | %1$s  | RUNNING   | 2    | 2
        RUN      | %1$s  | SUCCEEDED | 2    | 2
        """
            .formatted(tables.rows("select max(run_id) from pipeline_runs").getFirst().getFirst()));
  }

  @Test
  void only_operators_with_changed_rows_are_reported() {
    tables.update();
    var before = position();
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type | block_number
        bob         | of-bob    | stETH       | 5      | INCREASED  | 120
        """);

    var run = tables.update(true);

    assertThat(run.operators()).isEqualTo(2);
    assertThat(operatorsSince(before)).containsExactly("bob");
  }

  @Test
  void a_new_price_reports_its_holders() {
    tables.given(
        "strategies",
        """
        strategy_id | symbol | underlying_token | decimals
        stETH       | stETH  | token            | 18
        """);
    tables.update();
    var before = position();
    tables.given(
        "token_prices",
        """
        token | price_usd | at
        token | 2000      | 2026-01-22 11:00+00
        """);

    tables.update();

    assertThat(operatorsSince(before)).containsExactly("alice", "bob");
  }

  @Test
  void a_second_run_reports_only_itself() {
    tables.update(true);
    var before = position();

    var second = tables.update(true);

    assertThat(tables.rows("select kind, key, status from change_feed where position > " + before))
        .containsExactly(
            List.of("RUN", Long.toString(second.runId()), "RUNNING"),
            List.of("RUN", Long.toString(second.runId()), "SUCCEEDED"));
  }

  /**
   * Writers begin in one order and commit in another; positions from a sequence would have gaps.
   */
  @Test
  void reading_on_from_the_last_position_misses_nothing() throws Exception {
    var writers = 8;
    var each = 25;
    var left = new AtomicInteger(writers);
    var work = new ArrayList<CompletableFuture<Void>>();
    for (var writer = 0; writer < writers; writer++) {
      var name = "writer" + writer;
      work.add(
          CompletableFuture.runAsync(() -> write(name, each, left), Thread::startVirtualThread));
    }
    var seen = new ArrayList<Long>();
    var from = position();
    var isLast = false;
    while (!isLast) {
      isLast = left.get() == 0;
      var after = seen.isEmpty() ? from : seen.getLast();
      tables
          .rows(
              "select position from change_feed where position > %d order by position"
                  .formatted(after))
          .forEach(row -> seen.add(Long.valueOf(row.getFirst())));
    }
    work.forEach(CompletableFuture::join);

    assertThat(seen)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(from + 1, from + (long) writers * each).boxed().toList());
  }

  @Test
  void changes_older_than_the_retention_are_deleted_up_to_a_known_position() throws Exception {
    tables.update();
    var last = position();
    tables.execute(
        tables.state(), "update change_feed set happened_at = now() - interval '2 days'");

    DataVersion.prune(tables.state(), Duration.ofDays(1));
    DataVersion.prune(tables.state(), Duration.ofDays(1));

    assertThat(tables.rows("select count(*) from change_feed")).containsExactly(List.of("0"));
    tables.expect(
        "data_version",
        """
        feed_position | feed_pruned_to
        %1$d          | %1$d
        """
            .formatted(last));
  }

  private static void write(String name, int times, AtomicInteger left) {
    try (Connection connection = tables.stateUrl().connect()) {
      connection.setAutoCommit(false);
      for (var i = 0; i < times; i++) {
        DataVersion.raise(connection, List.of(Change.epochAdded(i)));
        connection.commit();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(name, e);
    } finally {
      left.decrementAndGet();
    }
  }

  private static long position() {
    return Long.parseLong(
        tables.rows("select feed_position from data_version").getFirst().getFirst());
  }

  private static List<String> operatorsSince(long position) {
    return tables
        .rows(
            """
            select key from change_feed
            where kind = 'OPERATOR' and position > %d
            order by key
            """
                .formatted(position))
        .stream()
        .map(List::getFirst)
        .toList();
  }
}
