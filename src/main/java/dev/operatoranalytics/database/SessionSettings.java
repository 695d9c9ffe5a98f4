package dev.operatoranalytics.database;

import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Sets the session settings that the program relies on, because a role or a database may have other
 * defaults, such as timeouts that end long runs, read-only transactions or other literal syntax.
 *
 * <p>The driver sets the time zone, the date style and the encoding; {@code application.yml} sets
 * the isolation level of each pool.
 */
@Singleton
final class SessionSettings implements BeanCreatedEventListener<DatasourceConfiguration> {
  // skips settings that the server does not know or that already have the value
  private static final String SQL =
      """
      select set_config(name, wanted.setting, false)
      from
          pg_settings
          join (
              values
                  ('default_transaction_read_only', 'off'),
                  ('default_transaction_deferrable', 'off'),
                  ('statement_timeout', '0'),
                  ('lock_timeout', '0'),
                  ('transaction_timeout', '0'),
                  ('idle_in_transaction_session_timeout', '0'),
                  ('idle_session_timeout', '0'),
                  ('standard_conforming_strings', 'on'),
                  ('array_nulls', 'on'),
                  ('transform_null_equals', 'off'),
                  ('quote_all_identifiers', 'off'),
                  ('bytea_output', 'hex'),
                  ('IntervalStyle', 'postgres'),
                  ('extra_float_digits', '1'),
                  ('gin_fuzzy_search_limit', '0'),
                  ('exit_on_error', 'off')
          ) as wanted (name, setting) using (name)
      where pg_settings.setting <> wanted.setting
      """;

  private final boolean isApiPooled;

  SessionSettings(@Property(name = ApiDatabase.POOLED, defaultValue = "false") boolean isPooled) {
    this.isApiPooled = isPooled;
  }

  static void set(Connection connection) throws SQLException {
    Sql.update(connection, SQL);
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
  }

  @Override
  public DatasourceConfiguration onCreated(BeanCreatedEvent<DatasourceConfiguration> event) {
    var pool = event.getBean();
    if (isApiPooled && pool.getName().equals("api")) {
      return pool;
    }
    var own = pool.getConnectionInitSql();
    pool.setConnectionInitSql(own == null ? SQL : SQL + ";" + own);
    return pool;
  }
}
