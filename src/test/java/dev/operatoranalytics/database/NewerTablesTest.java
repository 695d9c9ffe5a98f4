package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class NewerTablesTest {
  private final ConnectionUrl url = TestPostgres.fresh("analytics");
  private final PGSimpleDataSource source = new PGSimpleDataSource();
  private final NewerTables newer = new NewerTables(source);

  @BeforeEach
  void connect() {
    source.setUrl(url.jdbc());
    source.setUser(url.user());
    source.setPassword(url.password());
  }

  @Test
  void tables_of_this_program_are_not_newer() {
    assertThat(newer.areFound()).isFalse();
  }

  @Test
  void a_later_migration_is_found_and_ends_the_writes_of_this_program() throws SQLException {
    execute(
        """
        insert into flyway_schema_history
            (installed_rank, version, description, type, script, installed_by, execution_time, success)
        values (9999, '9999', 'later', 'SQL', 'V9999__later.sql', 'test', 0, true)
        """);
    assertThat(newer.areFound()).isTrue();

    execute("delete from flyway_schema_history where version = '9999'");
    assertThat(newer.areFound()).isTrue();
  }

  @Test
  void an_unreachable_database_is_not_newer() {
    source.setPortNumbers(new int[] {1});

    assertThat(newer.areFound()).isFalse();
  }

  private void execute(String sql) throws SQLException {
    try (var connection = url.connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
