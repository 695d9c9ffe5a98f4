package dev.operatoranalytics.pipeline;

import static dev.operatoranalytics.pipeline.Target.list;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Adds the rows of one day to a table of periods, or replaces that day. A period covers consecutive
 * days that have a snapshot and equal rows; it ends with the first day that differs. The periods
 * depend only on the rows of the days, not on the order in which the days are written.
 *
 * <p>A typical day changes few rows, so it costs one comparison with the periods of the day before.
 */
final class PeriodWriter {
  private static final String CHANGED = "changed_periods";

  private final Connection state;

  PeriodWriter(Connection state) {
    this.state = state;
  }

  /** Writes the day whose rows are staged in the temporary table of the target's name. */
  RowCounts write(Target target) throws SQLException {
    // another day may end or continue the same periods
    execute("select pg_advisory_xact_lock(hashtextextended('%s', 0))".formatted(target.name()));
    compare(target);
    var rows = counts(target);
    if (rows.changed() > 0) {
      endHeld(target);
      begin(target);
    }
    execute("drop table pg_temp." + CHANGED);
    return rows;
  }

  /**
   * Finds the keys whose row of the day differs from the period that covers it ({@code held}), and
   * the periods that end before the day or begin after it with equal rows, which the day connects.
   */
  private void compare(Target target) throws SQLException {
    var facts = target.facts();
    execute(
        """
        create temporary table %1$s on commit drop as
        with
        place as (
            select day, (select min(snapshot_date) from %2$s where snapshot_date > day) as next_date
            from (select current_setting('operator_analytics.day')::date as day) as one
        ),
        held as (
            select periods.*
            from %3$s as periods
            cross join place
            where from_date <= day and (until_date > day) is not false
        ),
        changed as (
            select
                %4$s,
                %5$s,
                staged.from_date is not null as is_staged,
                held.from_date as held_from,
                held.until_date as held_until
            from pg_temp.%6$s as staged
            full join held using (%7$s)
            where
                staged.from_date is null
                or held.from_date is null
                or (%5$s) is distinct from (%8$s)
        )
        select
            changed.*,
            place.day,
            place.next_date,
            earlier.from_date as earlier_from,
            later.from_date as later_from,
            later.until_date as later_until
        from changed
        cross join place
        left join %3$s as earlier
            on is_staged
            and %9$s
            and earlier.until_date = place.day
            and (%10$s) is not distinct from (%11$s)
        left join %3$s as later
            on is_staged
            and %12$s
            and later.from_date = place.next_date
            and (%13$s) is not distinct from (%11$s)
        """
            .formatted(
                CHANGED,
                target.sibling("snapshot_days"),
                target.qualifiedName(),
                list(target.keyOfPeriods()),
                list(facts, "staged"),
                target.name(),
                list(target.keyOfPeriods()),
                list(facts, "held"),
                target.sameKeyOfPeriods("earlier", "changed"),
                list(facts, "earlier"),
                list(facts, "changed"),
                target.sameKeyOfPeriods("later", "changed"),
                list(facts, "later")));
  }

  private RowCounts counts(Target target) throws SQLException {
    return Sql.get(
        state,
        """
        select
            count(*) filter (where is_staged and held_from is null),
            count(*) filter (where is_staged and held_from is not null),
            count(*) filter (where not is_staged),
            (select count(*) from pg_temp.%s)
        from pg_temp.%s
        """
            .formatted(target.name(), CHANGED),
        row -> counts(row));
  }

  private static RowCounts counts(ResultSet row) throws SQLException {
    var inserted = row.getLong(1);
    var updated = row.getLong(2);
    return new RowCounts(inserted, updated, row.getLong(3), row.getLong(4) - inserted - updated);
  }

  /** Takes the day out of the periods that cover it; their days after it become another period. */
  private void endHeld(Target target) throws SQLException {
    var changed =
        "from pg_temp.%s as changed where %s and held.from_date = changed.held_from"
            .formatted(CHANGED, target.sameKeyOfPeriods("held", "changed"));
    execute(
        """
        insert into %1$s (%2$s, from_date, until_date, %3$s)
        select %4$s, changed.next_date, held.until_date, %5$s
        from %1$s as held
        join pg_temp.%6$s as changed on %7$s and held.from_date = changed.held_from
        where (held.until_date > changed.next_date) is not false and changed.next_date is not null
        """
            .formatted(
                target.qualifiedName(),
                list(target.keyOfPeriods()),
                list(target.facts()),
                list(target.keyOfPeriods(), "held"),
                list(target.facts(), "held"),
                CHANGED,
                target.sameKeyOfPeriods("held", "changed")));
    execute(
        "delete from %s as held using %s and held.from_date = changed.day"
            .formatted(target.qualifiedName(), changed.substring("from ".length())));
    execute(
        "update %s as held set until_date = changed.day %s"
            .formatted(target.qualifiedName(), changed));
  }

  /** Adds the staged rows, connected with equal periods before and after the day. */
  private void begin(Target target) throws SQLException {
    execute(
        """
        delete from %s as held using pg_temp.%s as changed
        where %s and held.from_date = changed.later_from
        """
            .formatted(
                target.qualifiedName(), CHANGED, target.sameKeyOfPeriods("held", "changed")));
    var until =
        "case when changed.later_from is null then changed.next_date else changed.later_until end";
    execute(
        """
        update %s as held set until_date = %s
        from pg_temp.%s as changed
        where %s and held.from_date = changed.earlier_from
        """
            .formatted(
                target.qualifiedName(),
                until,
                CHANGED,
                target.sameKeyOfPeriods("held", "changed")));
    execute(
        """
        insert into %s (%s, from_date, until_date, %s)
        select %s, changed.day, %s, %s
        from pg_temp.%s as changed
        where is_staged and earlier_from is null
        """
            .formatted(
                target.qualifiedName(),
                list(target.keyOfPeriods()),
                list(target.facts()),
                list(target.keyOfPeriods(), "changed"),
                until,
                list(target.facts(), "changed"),
                CHANGED));
  }

  private void execute(String sql) throws SQLException {
    Sql.update(state, sql);
  }
}
