package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.database.EmbeddedPostgres;
import dev.operatoranalytics.database.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
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
  private static final Map<String, String> SETTINGS =
      Map.of("fsync", "off", "shared_buffers", "32MB", "max_prepared_transactions", "2");

  private static Path directory;
  private static EmbeddedPostgres primary;
  private static EmbeddedPostgres standby;

  /** The standby is a copy of the stopped primary and then replicates it. */
  @BeforeAll
  static void start() throws IOException {
    directory = Files.createTempDirectory("operator-analytics-standby");
    var first = directory.resolve("primary");
    var second = directory.resolve("standby");
    primary = EmbeddedPostgres.join(first, SETTINGS);
    for (var name : List.of("replicated", "prepared", "subscribed")) {
      var url = primary.database(name);
      Flyway.configure()
          .dataSource(url.jdbc(), url.user(), url.password())
          .locations("classpath:migrations/events")
          .load()
          .migrate();
    }
    primary.close();
    copy(first, second);
    Files.delete(second.resolve("port"));
    primary = EmbeddedPostgres.join(first, SETTINGS);
    var url = primary.url();
    Files.createFile(second.resolve("pg/standby.signal"));
    Files.writeString(
        second.resolve("pg/postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%s user=%s password=%s'%n"
            .formatted(url.address().replaceFirst(".*:", ""), url.user(), url.password()));
    standby = EmbeddedPostgres.join(second, SETTINGS);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  @AfterAll
  static void stop() {
    if (standby != null) {
      standby.close();
    }
    primary.close();
    TestPostgres.delete(directory);
  }

  @Test
  void rows_that_a_standby_replays_late_are_read() throws Exception {
    try (var source = new Tables(primary.database("replicated"));
        var tables = new Tables(standby.database("replicated"))) {
      update(tables, 0);
      assertThat(cursor(tables)).as("before there is any event").isEqualTo("-");
      register(source, "alice", "now()");
      waitUntilReplayed(source, tables);
      tables.execute(tables.events(), "select pg_wal_replay_pause()");
      register(source, "bob", "now()");

      update(tables, 0);

      assertThat(operators(tables)).containsExactly("alice");
      assertThat(tables.rows("select guarantee from pipeline_checkpoints"))
          .containsExactly(List.of("BOUNDED_BY_BUFFER"));
      assertThat(cursor(tables)).isEqualTo(lastReplay(tables));
      tables.execute(tables.events(), "select pg_wal_replay_resume()");
      waitUntilReplayed(source, tables);
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
    try (var tables = new Tables(primary.database("prepared"))) {
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
    try (var tables = new Tables(primary.database("subscribed"))) {
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

  private static void waitUntilReplayed(Tables source, Tables replica) throws Exception {
    var written = source.eventRows("select pg_current_wal_flush_lsn()").getFirst().getFirst();
    await()
        .until(
            () ->
                replica
                    .eventRows("select pg_last_wal_replay_lsn() >= '%s'".formatted(written))
                    .getFirst()
                    .getFirst()
                    .equals("t"));
  }
}
