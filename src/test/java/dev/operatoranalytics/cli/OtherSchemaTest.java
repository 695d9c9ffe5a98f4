package dev.operatoranalytics.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.TestPostgres;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of another version of the program are rejected and stay unchanged. */
class OtherSchemaTest {
  private final ConnectionUrl state = TestPostgres.fresh("analytics");
  private final Commands commands =
      new Commands(
          Map.of(
              "EVENTS_DB_URL", TestPostgres.fresh("events").withPassword(),
              "ANALYTICS_DB_URL", state.withPassword()));

  @ParameterizedTest
  @ValueSource(strings = {"status", "run state-update"})
  void tables_of_a_newer_program_are_rejected(String command) throws SQLException {
    execute(
        """
        insert into flyway_schema_history
        select 999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'somebody', now(), 1, true
        """);

    var ran = commands.run(command.split(" "));

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .startsWith(
            "The tables of "
                + state
                + " are of version 999, which this older program does not know")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "run state-update"})
  void tables_of_edited_migrations_are_rejected(String command) throws SQLException {
    execute("update flyway_schema_history set checksum = 5 where version = '3'");

    var ran = commands.run(command.split(" "));

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .startsWith("The tables of " + state + " were made by another build: V3__checks.sql")
        .hasLineCount(1);
  }

  @Test
  void reading_neither_creates_nor_migrates_tables() throws SQLException {
    execute("delete from flyway_schema_history where version = '15'");
    assertThat(commands.run("status").err())
        .startsWith("The tables of " + state + " are of version")
        .contains("`run` or `serve` brings them up to date");

    execute("drop schema public cascade; create schema public");
    assertThat(commands.run("status").err()).startsWith(state + " holds no tables of this program");
    assertThat(
            commands
                .run(
                    "sql",
                    "-c",
                    "select count(*) from pg_tables where schemaname = 'public'",
                    "--csv")
                .out())
        .isEqualToNormalizingNewlines("count\n0\n");
  }

  private void execute(String sql) throws SQLException {
    try (var connection = state.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
