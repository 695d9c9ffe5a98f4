package dev.operatoranalytics.pipeline;

import static dev.operatoranalytics.pipeline.Target.list;
import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.Target.TargetScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes a table hold the rows staged for it: updates changed rows, inserts missing rows and deletes
 * stale rows. Compares both tables first, because most rows are unchanged, and skips writes that
 * would change nothing.
 */
final class TableWriter {
  private final Connection state;
  private final Consumer<RunPhase> phases;

  /**
   * @param phases receives each phase
   */
  TableWriter(Connection state, Consumer<RunPhase> phases) {
    this.state = state;
    this.phases = phases;
  }

  /**
   * The rows written.
   *
   * @param operators operators whose rows changed; empty for tables that are not per operator
   */
  record WrittenTable(RowCounts rows, Set<String> operators) {}

  /** Writes from the temporary table of the target's name. */
  WrittenTable write(Target target, RebuildBounds bounds) throws SQLException {
    if (target.scope() == TargetScope.PERIODS) {
      return new WrittenTable(new PeriodWriter(state).write(target), Set.of());
    }
    var staged = "pg_temp." + target.name();
    if (isEmpty(target)) {
      var operators = target.isPerOperator() ? operators(staged) : Set.<String>of();
      return new WrittenTable(new RowCounts(insertAll(target, staged, bounds), 0, 0, 0), operators);
    }
    var found = compare(target, staged);
    if (found.changed > 0) {
      updateChanged(target, staged, bounds);
      phases.accept(RunPhase.UPDATED);
    }
    if (found.missing > 0) {
      insertMissing(target, staged, bounds);
      phases.accept(RunPhase.INSERTED);
    }
    if (found.stale > 0) {
      deleteStale(target, staged);
      phases.accept(RunPhase.DELETED);
    }
    return new WrittenTable(
        new RowCounts(
            found.missing,
            found.changed,
            found.stale,
            found.staged - found.missing - found.changed),
        found.operators);
  }

  /** Updates values from a temporary table of keys and values; inserts and deletes no rows. */
  WrittenTable writeValues(Target target, String valued) throws SQLException {
    var operators = new HashSet<String>();
    var changed = 0L;
    try (var statement = state.createStatement()) {
      try (var rows =
          statement.executeQuery(
              """
              with written as (
                  update %s as held set %s
                  from pg_temp.%s as staged
                  where %s and %s
                  returning held.operator_id
              )
              select operator_id, count(*) from written group by operator_id
              """
                  .formatted(
                      target.qualifiedName(),
                      assignments(target.values()),
                      valued,
                      target.sameKey("staged", "held"),
                      differ(target.values())))) {
        while (rows.next()) {
          operators.add(rows.getString(1));
          changed += rows.getLong(2);
        }
      }
      try (var row = statement.executeQuery("select count(*) from pg_temp." + valued)) {
        row.next();
        return new WrittenTable(new RowCounts(0, changed, 0, row.getLong(1) - changed), operators);
      }
    }
  }

  private Set<String> operators(String staged) throws SQLException {
    var operators = new HashSet<String>();
    Sql.each(
        state,
        "select distinct operator_id from " + staged,
        rows -> operators.add(rows.getString(1)));
    return operators;
  }

  private boolean isEmpty(Target target) throws SQLException {
    return Sql.get(
        state,
        "select not exists (select from %s as held where %s)"
            .formatted(target.qualifiedName(), target.scope().condition()),
        row -> row.getBoolean(1));
  }

  private record Differences(
      long staged, long missing, long changed, long stale, Set<String> operators) {}

  private Differences compare(Target target, String staged) throws SQLException {
    var key = target.key().getFirst();
    var operator =
        target.isPerOperator() ? "coalesce(staged.operator_id, held.operator_id)" : "''::text";
    var sql =
        """
        select
            count(staged.%1$s),
            count(*) filter (where held.%1$s is null),
            count(*) filter (where held.%1$s is not null and staged.%1$s is not null and %2$s),
            count(*) filter (where staged.%1$s is null),
            %8$s
        from %3$s as staged
        full join (select %4$s from %5$s as held where %6$s) as held on %7$s
        group by %8$s
        """
            .formatted(
                key,
                differ(target.columns()),
                staged,
                list(target.columns()),
                target.qualifiedName(),
                target.scope().condition(),
                target.sameKey("staged", "held"),
                operator);
    var operators = new HashSet<String>();
    var stagedRows = 0L;
    var missing = 0L;
    var changed = 0L;
    var stale = 0L;
    try (var statement = state.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        stagedRows += rows.getLong(1);
        missing += rows.getLong(2);
        changed += rows.getLong(3);
        stale += rows.getLong(4);
        if (target.isPerOperator() && rows.getLong(2) + rows.getLong(3) + rows.getLong(4) > 0) {
          operators.add(rows.getString(5));
        }
      }
    }
    return new Differences(stagedRows, missing, changed, stale, operators);
  }

  /**
   * Updates changed rows; a row of which only the valuation changed keeps its {@code updated_at}.
   */
  private void updateChanged(Target target, String staged, RebuildBounds bounds)
      throws SQLException {
    var columns = target.columns().subList(target.key().size(), target.columns().size());
    if (!target.isStamped()) {
      execute(
          "update %s as held set %s from %s as staged where %s and %s"
              .formatted(
                  target.qualifiedName(),
                  assignments(columns),
                  staged,
                  target.sameKey("staged", "held"),
                  differ(columns)));
      return;
    }
    stamp(
        """
        with stamp (instant, block) as (values (?, ?))
        update %1$s as held set
            %2$s,
            updated_at = case when %3$s then stamp.instant else held.updated_at end,
            updated_at_block = case when %3$s then stamp.block else held.updated_at_block end
        from %4$s as staged, stamp
        where %5$s and %6$s
        """
            .formatted(
                target.qualifiedName(),
                assignments(columns),
                differ(target.facts()),
                staged,
                target.sameKey("staged", "held"),
                differ(columns)),
        bounds);
  }

  private void insertMissing(Target target, String staged, RebuildBounds bounds)
      throws SQLException {
    insert(
        target,
        insertion(target, staged)
            + "where not exists (select from %s as held where %s)"
                .formatted(target.qualifiedName(), target.sameKey("staged", "held")),
        bounds);
  }

  private long insertAll(Target target, String staged, RebuildBounds bounds) throws SQLException {
    return insert(target, insertion(target, staged), bounds);
  }

  private long insert(Target target, String sql, RebuildBounds bounds) throws SQLException {
    return target.isStamped() ? stamp(sql, bounds) : execute(sql);
  }

  private static String insertion(Target target, String staged) {
    return """
    insert into %s (%s%s)
    select %s%s
    from %s as staged
    """
        .formatted(
            target.qualifiedName(),
            list(target.columns()),
            target.isStamped() ? ", updated_at, updated_at_block" : "",
            list(target.columns(), "staged"),
            target.isStamped() ? ", ?, ?" : "",
            staged);
  }

  private void deleteStale(Target target, String staged) throws SQLException {
    execute(
        """
        delete from %s as held
        where %s and not exists (select from %s as staged where %s)
        """
            .formatted(
                target.qualifiedName(),
                target.scope().condition(),
                staged,
                target.sameKey("staged", "held")));
  }

  private long execute(String sql) throws SQLException {
    try (var statement = state.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  private long stamp(String sql, RebuildBounds bounds) throws SQLException {
    try (var statement = state.prepareStatement(sql)) {
      statement.setObject(
          1, bounds.stampedAt().atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
      statement.setLong(2, bounds.untilBlock());
      return statement.executeLargeUpdate();
    }
  }

  private static String assignments(List<String> columns) {
    return columns.stream().map(column -> column + " = staged." + column).collect(joining(", "));
  }

  private static String differ(List<String> columns) {
    return columns.isEmpty()
        ? "false"
        : "(%s) is distinct from (%s)".formatted(list(columns, "held"), list(columns, "staged"));
  }
}
