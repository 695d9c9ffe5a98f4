package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.database.StandbyPair;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Events read from a replica: rows appear with its lag, but with the times of the server that wrote
 * them.
 */
@Tag("slow")
class StandbyTest {
  private static StandbyPair pair;

  @BeforeAll
  static void start() throws IOException {
    pair = StandbyPair.start();
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  @Test
  void rows_that_a_standby_replays_late_are_read() throws Exception {
    var replicated = pair.create("replicated", "events");
    try (var source = new Tables(replicated);
        var tables = new Tables(pair.standby(replicated))) {
      update(tables, 0);
      assertThat(cursor(tables)).as("before there is any event").isEqualTo("-");
      register(source, "alice", "now()");
      pair.awaitReplay();
      pair.pauseReplay();
      register(source, "bob", "now()");

      update(tables, 0);

      assertThat(operators(tables)).containsExactly("alice");
      assertThat(tables.rows("select guarantee from pipeline_checkpoints"))
          .containsExactly(List.of("BOUNDED_BY_BUFFER"));
      assertThat(cursor(tables)).isEqualTo(lastReplay(tables));
      pair.resumeReplay();
      pair.awaitReplay();
      update(tables, 0);
      assertThat(operators(tables)).containsExactly("alice", "bob");
      update(tables, 60);
      assertThat(cursor(tables))
          .as("the buffer covers transactions that run on the primary")
          .isEqualTo(
              tables
                  .eventRows("select pg_last_xact_replay_timestamp() - interval '1 minute'")
                  .getFirst()
                  .getFirst());
    }
  }

  @Test
  void a_prepared_transaction_holds_back_the_cursor() throws Exception {
    try (var tables = new Tables(pair.create("prepared", "events"))) {
      register(tables, "alice", "now()");
      tables.execute(tables.events(), "begin");
      register(tables, "bob", "now()");
      tables.execute(tables.events(), "prepare transaction 'late'");
      Thread.sleep(1_200);

      update(tables, 1);
      tables.execute(tables.events(), "commit prepared 'late'");
      update(tables, 1);

      assertThat(operators(tables)).containsExactly("alice", "bob");
    }
  }

  @Test
  void rows_that_a_subscriber_receives_late_are_read() throws Exception {
    try (var tables = new Tables(pair.create("subscribed", "events"))) {
      tables.execute(
          tables.events(),
          "create subscription late connection 'dbname=nowhere' publication late with (connect ="
              + " false)");
      try {
        register(tables, "alice", "now() - interval '2 hours'");
        update(tables, 60);
        register(tables, "bob", "now() - interval '119 minutes'");

        update(tables, 60);

        assertThat(operators(tables)).containsExactly("alice", "bob");
      } finally {
        tables.execute(tables.events(), "alter subscription late set (slot_name = none)");
        tables.execute(tables.events(), "drop subscription late");
      }
    }
  }

  private static void register(Tables tables, String operator, String writtenAt) {
    tables.execute(
        tables.events(),
        """
        insert into operator_registered_events
            (id, transaction_hash, log_index, block_number, block_timestamp, operator_id,
             delegation_approver, created_at, updated_at)
        values ('%1$s-0', '%1$s', 0, 1, 1700000000, '%1$s', '0x00',
            (%2$s) at time zone 'UTC', (%2$s) at time zone 'UTC')
        """
            .formatted(operator, writtenAt));
  }

  private static void update(Tables tables, long bufferSeconds) throws SQLException {
    tables
        .stateUpdate(Tables.settings(bufferSeconds, 100, 1, 0))
        .run(false, Run.Trigger.COMMAND, (done, of) -> {});
  }

  private static List<String> operators(Tables tables) {
    return tables.rows("select operator_id from operators order by operator_id").stream()
        .map(List::getFirst)
        .toList();
  }

  private static String cursor(Tables tables) {
    return tables.rows("select last_processed_at from pipeline_checkpoints").getFirst().getFirst();
  }

  private static String lastReplay(Tables tables) {
    return tables.eventRows("select pg_last_xact_replay_timestamp()").getFirst().getFirst();
  }
}
