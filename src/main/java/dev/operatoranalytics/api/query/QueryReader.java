package dev.operatoranalytics.api.query;

import graphql.execution.CoercedVariables;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** Reads the compiled root fields of a query together with the data version, in one round trip. */
public final class QueryReader {
  static final String DATA_COLUMNS =
      "version, epoch, is_filling, safe_block, is_final, standby_lag_seconds()";

  static final String FROM_DATA =
      """

      from data_version
      left join lateral (
          select safe_block, is_final
          from pipeline_checkpoints
          order by last_processed_at desc nulls last
          limit 1
      ) as checkpoint on true\
      """;

  private static final int DATA_SIZE = 6;

  private static final String ISOLATION = "set transaction isolation level repeatable read;\n";

  private static final String BEGIN =
      "select "
          + DATA_COLUMNS
          + ", set_config('statement_timeout', ?, true)"
          + ", set_config('plan_cache_mode', 'force_generic_plan', true)"
          + FROM_DATA;

  private final JdbcOperations jdbc;
  private final BooleanSupplier isPooled;
  private final Clock clock;

  /**
   * @param isPooled whether the connections of the caller are those of a connection pooler
   */
  public QueryReader(JdbcOperations jdbc, BooleanSupplier isPooled, Clock clock) {
    this.jdbc = jdbc;
    this.isPooled = isPooled;
    this.clock = clock;
  }

  /**
   * The result of a query.
   *
   * @param version data version
   * @param lag seconds that the standby can be behind; null on a primary
   * @param isFilling whether older days of the data are still being taken
   * @param block of the state; null before the first run
   * @param isFinal whether that block is final; null when no node reports that
   * @param roots by their keys: {@link RawJson}, or the exception of the field; without fields that
   *     the fallback engine resolves
   * @param isWhole whether {@code roots} is the whole response
   */
  public record Read(
      ReadVersion version,
      @Nullable Double lag,
      boolean isFilling,
      @Nullable Long block,
      @Nullable Boolean isFinal,
      Map<String, Object> roots,
      boolean isWhole) {

    public Read withoutLag() {
      return new Read(version, null, isFilling, block, isFinal, roots, isWhole);
    }

    /** The same data with other roots. */
    public Read with(Map<String, Object> others, boolean areWhole) {
      return new Read(version, lag, isFilling, block, isFinal, others, areWhole);
    }
  }

  /** Data version and block of a snapshot. */
  private record Data(
      ReadVersion version,
      @Nullable Double lag,
      boolean isFilling,
      @Nullable Long block,
      @Nullable Boolean isFinal) {
    private Read read(Map<String, Object> roots, boolean isWhole) {
      return new Read(version, lag, isFilling, block, isFinal, roots, isWhole);
    }
  }

  /** A root field and the values of its parameters. */
  private record Bound(String key, String sql, List<@Nullable Object> values) {}

  /**
   * Reads a query by its one statement, outside a transaction: the statement is a snapshot of its
   * own.
   *
   * @return null when a root field has to be resolved by another engine, which reports its error
   */
  public @Nullable Read readAtOnce(
      Connection connection, CompiledQuery query, CoercedVariables variables) throws SQLException {
    var bound = bound(query, variables);
    if (bound.size() < query.roots().size()) {
      return null;
    }
    try (var statement = connection.prepareStatement(Objects.requireNonNull(query.statement()))) {
      var index = 1;
      for (var each : bound) {
        index = bind(statement, index, each.values());
      }
      try (var row = statement.executeQuery()) {
        row.next();
        var roots = new LinkedHashMap<String, Object>();
        for (var each : bound) {
          var json = json(row, DATA_SIZE + 1 + roots.size());
          if (json == null) {
            return null;
          }
          roots.put(each.key(), json);
        }
        return data(row).read(roots, true);
      }
    } catch (SQLException e) {
      if (isOfOneStatement(e)) {
        return null;
      }
      throw e;
    }
  }

  /** The statement that begins a snapshot; sessions of a pooler have another isolation level. */
  private String begin() {
    return isPooled.getAsBoolean() ? ISOLATION + BEGIN : BEGIN;
  }

  /**
   * Begins a snapshot with a statement timeout.
   *
   * @param query null when the fallback engine resolves everything
   */
  public Read read(@Nullable CompiledQuery query, CoercedVariables variables, Duration timeout) {
    var bound = query == null ? List.<Bound>of() : bound(query, variables);
    try {
      return read(query, bound, timeout);
    } catch (RuntimeException e) {
      if (bound.isEmpty() || !isOfOneStatement(e)) {
        throw e;
      }
      return readEach(bound, timeout);
    }
  }

  private List<Bound> bound(CompiledQuery query, CoercedVariables variables) {
    var bound = new ArrayList<Bound>();
    for (var root : query.roots()) {
      var field = root.compiled();
      if (field != null && !root.isStaged()) {
        try {
          bound.add(new Bound(field.key(), field.sql(), field.values(variables, clock.instant())));
        } catch (UserInputError e) {
          // the fallback engine gets the same error and reports its location
        }
      }
    }
    return bound;
  }

  private Read read(@Nullable CompiledQuery query, List<Bound> bound, Duration timeout) {
    var sql = new StringBuilder(begin());
    bound.forEach(each -> sql.append(";\n").append(each.sql()));
    return jdbc.prepareStatement(
        sql.toString(),
        statement -> {
          statement.setString(1, timeout.toMillis() + "ms");
          var index = 2;
          for (var each : bound) {
            index = bind(statement, index, each.values());
          }
          statement.execute();
          var data = data(statement);
          var roots = new LinkedHashMap<String, Object>();
          for (var each : bound) {
            statement.getMoreResults();
            var json = json(statement);
            if (json != null) {
              roots.put(each.key(), json);
            }
          }
          var isWhole = query != null && roots.size() == query.roots().size();
          return data.read(roots, isWhole);
        });
  }

  private static int bind(PreparedStatement statement, int first, List<@Nullable Object> values)
      throws SQLException {
    var index = first;
    for (var value : values) {
      RowLoader.bind(statement, index++, value);
    }
    return index;
  }

  private Data data(PreparedStatement statement) throws SQLException {
    if (isPooled.getAsBoolean()) {
      statement.getMoreResults();
    }
    try (var row = Objects.requireNonNull(statement.getResultSet())) {
      row.next();
      return data(row);
    }
  }

  private static Data data(ResultSet row) throws SQLException {
    return new Data(
        new ReadVersion(row.getLong(2), row.getLong(1)),
        row.getObject(6, Double.class),
        row.getBoolean(3),
        row.getObject(4, Long.class),
        row.getObject(5, Boolean.class));
  }

  private static @Nullable RawJson json(PreparedStatement statement) throws SQLException {
    try (var row = Objects.requireNonNull(statement.getResultSet())) {
      row.next();
      return json(row, 1);
    }
  }

  private static @Nullable RawJson json(ResultSet row, int index) throws SQLException {
    var bytes = row.getBytes(index);
    return bytes == null ? null : new RawJson(bytes);
  }

  /** Reads each field separately, so that one that fails does not affect the others. */
  private Read readEach(List<Bound> bound, Duration timeout) {
    return jdbc.execute(
        connection -> {
          connection.rollback();
          Data data;
          try (var statement = connection.prepareStatement(begin())) {
            statement.setString(1, timeout.toMillis() + "ms");
            statement.execute();
            data = data(statement);
          }
          var roots = new HashMap<String, Object>();
          for (var each : bound) {
            var before = connection.setSavepoint();
            try {
              var json = read(connection, each, true);
              if (json != null) {
                roots.put(each.key(), json);
              }
            } catch (SQLException e) {
              connection.rollback(before);
              // the fallback engine reports which value cannot be read
              if (!String.valueOf(e.getSQLState()).startsWith(RowLoader.DATA_EXCEPTION)) {
                roots.put(each.key(), new IllegalStateException("cannot read " + each.key(), e));
              }
            }
          }
          return data.read(roots, false);
        });
  }

  private static @Nullable RawJson read(Connection connection, Bound bound, boolean isReused)
      throws SQLException {
    try (var statement = connection.prepareStatement(bound.sql())) {
      if (!isReused) {
        statement.unwrap(PGStatement.class).setPrepareThreshold(0);
      }
      bind(statement, 1, bound.values());
      statement.execute();
      return json(statement);
    }
  }

  /** Whether a failure can be limited to one statement. */
  private static boolean isOfOneStatement(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        var state = Objects.requireNonNullElse(sql.getSQLState(), "");
        return !state.equals("57014") && state.matches("(2|4[24]|54|P0|XX).*");
      }
    }
    return false;
  }

  /**
   * Reads one root field while temporary tables hide the state tables. Its prepared statement is
   * not cached, because it would keep reading the tables that it found first.
   *
   * @return null when the fallback engine resolves it
   */
  public @Nullable RawJson readUnprepared(
      Connection connection, CompiledQuery.Root root, CoercedVariables variables)
      throws SQLException {
    var field = Objects.requireNonNull(root.compiled());
    return read(
        connection,
        new Bound(field.key(), field.sql(), field.values(variables, clock.instant())),
        false);
  }
}
