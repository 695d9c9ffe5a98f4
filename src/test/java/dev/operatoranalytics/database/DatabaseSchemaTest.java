package dev.operatoranalytics.database;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSchemaTest {
  private static final int LAST_BEFORE_FIRST_RELEASE = 15;

  private static final Pattern CONTRACTING =
      Pattern.compile(
          "(?i)drop\\s+(table|column|view)|\\srename\\s|alter\\s+column\\s+\\S+\\s+(set\\s+data\\s+)?type|set\\s+not\\s+null");

  private static final Pattern CREATED = Pattern.compile("(?i)create\\s+table\\s+(\\w+)");
  private static final Pattern CHANGED = Pattern.compile("(?i)(?:alter|drop)\\s+table\\s+(\\w+)");

  @Test
  void tables_are_current_when_flyway_has_applied_every_migration() {
    assertThat(schema("events").isCurrent()).isTrue();
    assertThat(schema("analytics").isCurrent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update flyway_schema_history set checksum = checksum + 1 where version = '3'",
        "update flyway_schema_history set success = false where version = '3'",
        "delete from flyway_schema_history where version = '3'",
        """
        insert into flyway_schema_history
        select 999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'somebody', now(), 1, true
        """,
        "drop table flyway_schema_history",
      })
  void any_difference_is_left_to_flyway(String change) throws SQLException {
    var schema = schema("analytics");
    try (var connection = schema.url().connect();
        var statement = connection.createStatement()) {
      statement.execute(change);
    }

    assertThat(schema.isCurrent()).isFalse();
  }

  @Test
  void an_older_program_does_not_write_tables_that_a_newer_one_migrated() throws SQLException {
    var url = TestPostgres.fresh("analytics");
    try (var connection = url.connect();
        var statement = connection.createStatement()) {
      DataVersion.raise(connection);
      statement.execute(
          """
          insert into flyway_schema_history
          select 999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'somebody', now(), 1, true
          """);

      assertThatThrownBy(() -> DataVersion.raise(connection))
          .isInstanceOf(DatabaseUnavailable.class)
          .hasMessageStartingWith("The tables are of version 999; this older program");
    }
  }

  /** From the first release on, a program of release N runs beside one of release N+1. */
  @Test
  void migrations_after_the_first_release_only_expand() throws IOException {
    try (var files = Files.walk(Path.of("migrations"))) {
      var violations =
          files
              .filter(file -> file.getFileName().toString().matches("V\\d+__.*\\.sql"))
              .filter(file -> version(file) > LAST_BEFORE_FIRST_RELEASE)
              .filter(file -> contracts(read(file)))
              .filter(file -> !read(file).contains("-- Contracts: unused since release "))
              .toList();
      assertThat(violations).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "alter table operators drop column name, true",
    "drop table operators, true",
    "create table a (); alter table operators drop column name, true",
    "create table a (like b); alter table a drop column name, false",
    "create table a (); drop table a, false",
    "alter table operators add column name text, false"
  })
  void only_what_existed_before_can_contract(String migration, boolean contracts) {
    assertThat(contracts(migration)).isEqualTo(contracts);
  }

  /** Whether a migration takes something away from a table that it did not create itself. */
  private static boolean contracts(String migration) {
    var created =
        CREATED.matcher(migration).results().map(table -> table.group(1)).collect(toSet());
    return Arrays.stream(migration.split(";"))
        .filter(statement -> CONTRACTING.matcher(statement).find())
        .anyMatch(
            statement -> {
              var changed = CHANGED.matcher(statement);
              return !changed.find() || !created.contains(changed.group(1));
            });
  }

  private static int version(Path file) {
    return Integer.parseInt(file.getFileName().toString().replaceFirst("V(\\d+)__.*", "$1"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DatabaseSchema schema(String migrations) {
    return new DatabaseSchema(TestPostgres.fresh(migrations), migrations);
  }
}
