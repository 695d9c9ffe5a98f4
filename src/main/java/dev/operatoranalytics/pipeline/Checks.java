package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.Check.CheckResult;
import dev.operatoranalytics.pipeline.Check.CheckStatus;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs the checks and stores their results in {@code pipeline_checks}. */
@Singleton
public class Checks {
  private static final int SAMPLE = 5;

  private final DataSource events;
  private final DataSource state;

  Checks(
      @Named("events") DataSource events,
      @Named("pipeline") DataSource state,
      DataSourceResolver plain) {
    this.events = plain.resolve(events);
    this.state = plain.resolve(state);
  }

  /** Runs all checks. */
  public List<CheckResult> run() throws SQLException {
    try (var source = events.getConnection();
        var target = state.getConnection()) {
      source.setReadOnly(true);
      source.setAutoCommit(false);
      target.setAutoCommit(false);
      var results = run(source, target, null);
      target.commit();
      return results;
    }
  }

  /** Whether every check was evaluated within the given time. */
  static boolean areYoungerThan(Duration age, Connection state) throws SQLException {
    return Sql.get(
        state,
        "select coalesce(min(evaluated_at) > now() - ? * interval '1 second', false) from"
            + " pipeline_checks",
        row -> row.getBoolean(1),
        age.toSeconds());
  }

  /** Runs all checks in open transactions; a check whose select fails aborts neither. */
  static List<CheckResult> run(Connection events, Connection state, @Nullable Long runId)
      throws SQLException {
    var results = new ArrayList<CheckResult>();
    for (var check : Check.ALL) {
      var reader =
          switch (check.source()) {
            case EVENTS -> events;
            case STATE -> state;
          };
      var before = reader.setSavepoint();
      try {
        results.add(evaluate(check, reader));
        reader.releaseSavepoint(before);
      } catch (SQLException e) {
        reader.rollback(before);
        results.add(
            new CheckResult(
                check,
                CheckStatus.UNREADABLE,
                null,
                List.of(String.valueOf(e.getMessage())),
                Set.of()));
      }
    }
    for (var result : results) {
      store(result, state, runId);
    }
    storeBlocked(results, state);
    return results;
  }

  private static CheckResult evaluate(Check check, Connection reader) throws SQLException {
    try (var statement = reader.createStatement();
        var rows =
            statement.executeQuery(
                "select count(*) over (), to_json(failing)::text from (%s) as failing limit %s"
                    .formatted(check.select().on(reader).statement(), SAMPLE))) {
      var failing = 0L;
      var sample = new ArrayList<String>();
      while (rows.next()) {
        failing = rows.getLong(1);
        sample.add(rows.getString(2));
      }
      return new CheckResult(
          check,
          failing == 0 ? CheckStatus.PASSED : CheckStatus.FAILED,
          failing,
          List.copyOf(sample),
          failing > 0 && check.isBlocking() ? operators(check, reader) : Set.of());
    }
  }

  private static Set<String> operators(Check check, Connection reader) throws SQLException {
    var operators = new TreeSet<String>();
    Sql.each(
        reader,
        "select distinct operator_id from (%s) as failing"
            .formatted(check.select().on(reader).statement()),
        rows -> operators.add(rows.getString(1)));
    return operators;
  }

  /** Stores the operators that days leave out, and marks days stale for those that pass again. */
  private static void storeBlocked(List<CheckResult> results, Connection state)
      throws SQLException {
    var before = blocked(state);
    for (var result : results) {
      if (!result.check().isBlocking() || result.status() == CheckStatus.UNREADABLE) {
        continue;
      }
      var operators = state.createArrayOf("text", result.blocked().toArray());
      try (var delete =
              state.prepareStatement(
                  "delete from pipeline_blocked_operators where check_name = ? and operator_id <>"
                      + " all(?)");
          var insert =
              state.prepareStatement(
                  """
                  insert into pipeline_blocked_operators (check_name, operator_id)
                  select ?, unnest(?)
                  on conflict do nothing
                  """)) {
        for (var statement : List.of(delete, insert)) {
          statement.setString(1, result.check().name());
          statement.setArray(2, operators);
          statement.executeUpdate();
        }
      }
    }
    var released = new ArrayList<>(before);
    released.removeAll(blocked(state));
    if (!released.isEmpty()) {
      Partitions.holdAlone(state);
      if (StaleDays.markLate(state, released) > 0) {
        DataVersion.raise(state);
      }
    }
  }

  /** Operators that days leave out because they break a blocking check. */
  public static SortedSet<String> blocked(Connection state) throws SQLException {
    var operators = new TreeSet<String>();
    Sql.each(
        state,
        "select distinct operator_id from pipeline_blocked_operators",
        rows -> operators.add(rows.getString(1)));
    return operators;
  }

  private static void store(CheckResult result, Connection state, @Nullable Long runId)
      throws SQLException {
    Sql.update(
        state,
        """
        insert into pipeline_checks
            (name, asset, severity, is_blocking, status, failing_rows, sample, run_id, evaluated_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, now())
        on conflict (name) do update set
            asset = excluded.asset,
            severity = excluded.severity,
            is_blocking = excluded.is_blocking,
            status = excluded.status,
            failing_rows = excluded.failing_rows,
            sample = excluded.sample,
            run_id = excluded.run_id,
            evaluated_at = excluded.evaluated_at
        """,
        result.check().name(),
        result.check().asset(),
        result.check().severity().name(),
        result.check().isBlocking(),
        result.status().name(),
        result.failingRows(),
        state.createArrayOf("text", result.sample().toArray()),
        runId);
  }
}
