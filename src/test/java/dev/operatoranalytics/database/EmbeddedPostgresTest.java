package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded server starts with the first process, stops with the last, and keeps its data. */
@Tag("slow")
class EmbeddedPostgresTest {
  @TempDir private Path directory;

  @Test
  void data_survives_a_restart_and_a_wrong_password_is_rejected() throws Exception {
    try (var server = EmbeddedPostgres.join(directory, Map.of("fsync", "off"))) {
      var url = server.database("kept");
      try (var connection = url.connect();
          var statement = connection.createStatement()) {
        statement.execute("create table held as select 5 as shares");
      }
      var stranger = new ConnectionUrl(url.address(), "kept", url.user(), "guess", List.of());
      assertThatThrownBy(stranger::connect).isInstanceOf(SQLException.class);
      assertThat(Files.getPosixFilePermissions(server.passwordFile())).hasSize(2);
    }
    assertThat(directory.resolve("pg/postmaster.pid")).doesNotExist();

    try (var server = EmbeddedPostgres.join(directory, Map.of("fsync", "off"));
        var connection = server.database("kept").connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select shares, current_setting('synchronous_commit') from held")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(5);
      assertThat(row.getString(2)).isEqualTo("on");
    }
  }

  @Test
  void the_server_stops_when_the_last_process_is_killed() throws Exception {
    var one = join();
    var other = join();
    var server = server();

    one.destroyForcibly().waitFor();
    await().during(Duration.ofMillis(500)).until(server::isAlive);

    other.destroyForcibly().waitFor();
    server.onExit().get(30, TimeUnit.SECONDS);
    try (var joined = EmbeddedPostgres.join(directory, Map.of("fsync", "off"))) {
      assertThat(one(joined.url(), "select 1")).isEqualTo("1");
    }
    assertThat(directory.resolve("pg/postmaster.pid")).doesNotExist();
    assertThat(directory.resolve("users")).doesNotExist();
  }

  /** Starts a process that uses the server until it is killed. */
  private Process join() throws Exception {
    var process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Joined.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("joined");
    return process;
  }

  static final class Joined {
    public static void main(String[] arguments) throws Exception {
      var server = EmbeddedPostgres.join(Path.of(arguments[0]), Map.of("fsync", "off"));
      System.out.println("joined");
      var _ = System.in.read();
      server.close();
    }
  }

  private ProcessHandle server() throws Exception {
    var pid = Files.readAllLines(directory.resolve("pg/postmaster.pid")).getFirst().strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  @Test
  void a_restore_returns_every_row_of_a_backup() throws Exception {
    var file = directory.resolve("saved.zip");
    var old = directory.resolve("old");
    try (var databases = Databases.open(old, Map.of())) {
      migrate(databases);
      try (var events = databases.events().connect();
          var state = databases.analytics().connect();
          var inEvents = events.createStatement();
          var inState = state.createStatement()) {
        inEvents.execute("insert into operator_sets (id) values ('0xab-7')");
        inState.execute(
            "insert into pipeline_checkpoints (pipeline_name, revision) values ('kept', 41)");
        inState.execute(
            "insert into pipeline_runs (job, run_trigger, status, fence, started_at) values"
                + " ('kept', 'COMMAND', 'SUCCEEDED', 1, now())");
        inState.execute(
            """
            create table network_until_202601 partition of concentration_metrics
            for values from (minvalue) to ('2026-01-01');
            create table network_202601 partition of concentration_metrics
            for values from ('2026-01-01') to ('2026-02-01');
            create table detached_network_202501 (like concentration_metrics);
            insert into concentration_metrics
                (kind, subject_id, date, population, unpriced_count, reason)
            select 'NETWORK_OPERATORS', '', day::date, 0, 0, 'NO_HOLDERS'
            from generate_series('2025-12-20', '2026-01-10', interval '1 day') as day
            """);
      }
      new Backup(databases).save(file);
    }

    try (var databases = Databases.open(directory.resolve("new"), Map.of())) {
      new Backup(databases).restore(file);

      assertThat(one(databases.events(), "select operator_set_id from operator_sets"))
          .isEqualTo("7");
      assertThat(one(databases.analytics(), "select revision from pipeline_checkpoints"))
          .isEqualTo("41");
      assertThat(
              one(
                  databases.analytics(),
                  "select count(*) || ' ' || min(date) || ' ' || count(distinct tableoid) from"
                      + " concentration_metrics"))
          .isEqualTo("22 2025-12-20 2");
      assertThat(
              one(
                  databases.analytics(),
                  "insert into pipeline_runs (job, run_trigger, status, fence, started_at) values"
                      + " ('next', 'COMMAND', 'SUCCEEDED', 1, now()) returning run_id"))
          .isEqualTo("2");
      assertThatThrownBy(() -> new Backup(databases).restore(file))
          .isInstanceOf(DatabaseUnavailable.class)
          .hasMessageContaining("There is data already");
    }
  }

  /** The owner of the external databases is no superuser. */
  @Test
  void a_backup_moves_between_embedded_and_external_databases() throws Exception {
    var file = directory.resolve("moved.zip");
    try (var databases = Databases.open(directory.resolve("old"), Map.of())) {
      migrate(databases);
      execute(databases.events(), "insert into operator_sets (id) values ('0xab-7')");
      execute(
          databases.analytics(),
          """
          with run as (
              insert into pipeline_runs (job, run_trigger, status, fence, started_at)
              values ('kept', 'COMMAND', 'SUCCEEDED', 1, now())
              returning run_id
          )
          insert into pipeline_run_steps
              (run_id, asset, stage, first_order, inserted, updated, deleted, unchanged, seconds)
          select run_id, 'operators', 'rebuild', 1, 0, 0, 0, 0, 0 from run;
          update data_version set version = version + 1
          """);
      new Backup(databases).save(file);
    }
    var outside =
        Map.of("EVENTS_DB_URL", ofMover("events"), "ANALYTICS_DB_URL", ofMover("analytics"));
    try (var databases = Databases.open(directory.resolve("unused"), outside)) {
      new Backup(databases).restore(file);
    }

    try (var databases = Databases.open(directory.resolve("unused"), outside)) {
      assertThat(databases.eventsAreOurs()).isTrue();
      new Backup(databases).save(file);
      var epoch = one(databases.analytics(), "select epoch from data_version");
      assertThat(
              one(
                  databases.analytics(),
                  "update data_version set version = version + 1 returning epoch"))
          .as("the first write after a restore")
          .isNotEqualTo(epoch);
    }
    try (var databases = Databases.open(directory.resolve("again"), Map.of())) {
      new Backup(databases).restore(file);
      assertThat(one(databases.events(), "select operator_set_id from operator_sets"))
          .isEqualTo("7");
      assertThat(one(databases.analytics(), "select asset from pipeline_run_steps"))
          .isEqualTo("operators");
      assertThat(
              one(
                  databases.analytics(),
                  "select count(*) from pg_constraint where contype = 'f' and convalidated"))
          .isEqualTo(
              one(
                  TestPostgres.fresh("analytics"),
                  "select count(*) from pg_constraint where contype = 'f' and convalidated"));
    }
  }

  private static String ofMover(String migrations) throws SQLException {
    var url = TestPostgres.fresh(migrations);
    execute(
        url,
        """
        drop schema public cascade;
        do $$ begin
            if to_regrole('mover') is null then
                create role mover login password 'change-me';
            end if;
        end $$;
        create schema public authorization mover
        """);
    return new ConnectionUrl(url.address(), url.database(), "mover", "change-me", List.of())
        .withPassword();
  }

  private static void execute(ConnectionUrl url, String sql) throws SQLException {
    try (var connection = url.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void the_source_contract_is_created_only_in_an_empty_database() throws Exception {
    try (var server = EmbeddedPostgres.join(directory, Map.of("fsync", "off"))) {
      var url = server.database("source");

      EmptyDatabase.migrate(url, "events");

      assertThat(one(url, "select count(*) from operator_share_events")).isEqualTo("0");
      assertThatThrownBy(() -> EmptyDatabase.migrate(url, "events"))
          .isInstanceOf(DatabaseUnavailable.class)
          .hasMessageContaining("only an empty database is prepared");
    }
  }

  @Test
  void a_data_directory_of_another_version_is_rejected_in_one_line() throws Exception {
    Files.createDirectories(directory.resolve("pg"));
    Files.writeString(directory.resolve("pg/PG_VERSION"), "15\n");

    assertThatThrownBy(() -> EmbeddedPostgres.join(directory))
        .isInstanceOf(DatabaseUnavailable.class)
        .hasMessageContaining("was made by PostgreSQL 15, this program brings 18");
  }

  @Test
  void urls_are_parsed_in_both_forms_and_hide_their_password() {
    var url =
        ConnectionUrl.parse("X", "postgresql://bob:s%40crt@db.example:6543/events?sslmode=require");
    var jdbc =
        ConnectionUrl.parse(
            "X",
            "jdbc:postgresql://db.example:6543/events?user=bob&password=s%40crt&sslmode=require");

    assertThat(url).isEqualTo(jdbc);
    assertThat(url.password()).isEqualTo("s@crt");
    assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://db.example:6543/events?sslmode=require");
    assertThat(url).hasToString("postgresql://bob@db.example:6543/events");
    assertThatThrownBy(() -> ConnectionUrl.parse("EVENTS_DB_URL", "mysql://bob:secret@x/y"))
        .hasMessageContaining("EVENTS_DB_URL is not a PostgreSQL URL")
        .hasMessageNotContaining("secret");
  }

  private static void migrate(Databases databases) {
    for (var url : List.of(databases.events(), databases.analytics())) {
      org.flywaydb.core.Flyway.configure()
          .dataSource(url.jdbc(), url.user(), url.password())
          .locations(
              "classpath:migrations/" + (url.equals(databases.events()) ? "events" : "analytics"))
          .load()
          .migrate();
    }
  }

  private static String one(ConnectionUrl url, String sql) throws SQLException {
    try (var connection = url.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
