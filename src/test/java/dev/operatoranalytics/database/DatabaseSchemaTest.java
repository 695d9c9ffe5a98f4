package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSchemaTest {

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

  private static DatabaseSchema schema(String migrations) {
    return new DatabaseSchema(TestPostgres.fresh(migrations), migrations);
  }
}
