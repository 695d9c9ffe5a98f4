package dev.operatoranalytics.pipeline;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of days, each partitioned by month. A month's partitions are created before the first
 * of its days is written; nothing is written into a missing partition.
 *
 * <p>Months, not years: a day's rows are spread over the whole index of their partition, because
 * its first column is the operator. The index of a month stays in memory, the index of a year does
 * not.
 */
public final class DailyTables {
  private static final Logger log = LoggerFactory.getLogger(DailyTables.class);

  /** The partitions after the newest day's month that are created ahead. */
  private static final int MONTHS_AHEAD = 2;

  public static final List<String> ALL =
      List.of(
          "operator_daily_snapshots",
          "operator_strategy_daily_snapshots",
          "operator_avs_daily_snapshots",
          "operator_analytics",
          "volatility_metrics",
          "concentration_metrics");

  /** A partition that can be created. */
  private record DailyPartition(String table, YearMonth month) {
    String name() {
      return table + "_" + month.toString().replace("-", "");
    }
  }

  /**
   * Creates the missing partitions of days, and of the months after the last of them. Commits each
   * partition.
   *
   * @return whether any was created
   */
  public static boolean create(Collection<LocalDate> days, Connection state) throws SQLException {
    var months = new TreeSet<YearMonth>();
    days.forEach(day -> months.add(YearMonth.from(day)));
    if (months.isEmpty()) {
      return false;
    }
    for (var ahead = 1; ahead <= MONTHS_AHEAD; ahead++) {
      months.add(months.last().plusMonths(1));
    }
    var isAnyCreated = false;
    for (var partition : missing(months, state)) {
      isAnyCreated |= create(partition, state);
      state.commit();
    }
    state.rollback();
    return isAnyCreated;
  }

  private static List<DailyPartition> missing(Collection<YearMonth> months, Connection state)
      throws SQLException {
    var missing = new ArrayList<DailyPartition>();
    var covered = covered(months, state);
    for (var table : ALL) {
      for (var month : months) {
        var partition = new DailyPartition(table, month);
        if (!covered.contains(partition)) {
          missing.add(partition);
        }
      }
    }
    return missing;
  }

  private static Set<DailyPartition> covered(Collection<YearMonth> months, Connection state)
      throws SQLException {
    var covered = new HashSet<DailyPartition>();
    try (var statement =
        state.prepareStatement(
            """
            select table_name, months.first_day
            from unnest(?::date []) as months (first_day)
            join daily_partitions
                on
                    first_day < until_date
                    and (first_day >= from_date) is not false
            """)) {
      statement.setArray(
          1, state.createArrayOf("date", months.stream().map(month -> month.atDay(1)).toArray()));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          covered.add(
              new DailyPartition(
                  rows.getString(1), YearMonth.from(rows.getObject(2, LocalDate.class))));
        }
      }
    }
    return covered;
  }

  /** Attaches a new table, which unlike {@code partition of} lets clients read meanwhile. */
  private static boolean create(DailyPartition partition, Connection state) throws SQLException {
    try (var statement = state.createStatement()) {
      // another job may create the same
      statement.execute("select pg_advisory_xact_lock(hashtextextended('daily_tables', 0))");
      if (!missing(List.of(partition.month()), state).contains(partition)) {
        return false;
      }
      attach(
          partition.table(),
          partition.name(),
          "'%s'".formatted(partition.month().atDay(1)),
          partition.month().plusMonths(1).atDay(1),
          state);
    }
    log.info("created {}", partition.name());
    return true;
  }

  private static void attach(
      String table, String partition, String from, LocalDate until, Connection state)
      throws SQLException {
    try (var statement = state.createStatement()) {
      statement.execute(
          "create table %s (like %s including defaults including constraints)"
              .formatted(partition, table));
      statement.execute(
          "alter table %s attach partition %s for values from (%s) to ('%s')"
              .formatted(table, partition, from, until));
    }
  }

  /**
   * Counts the rows of all partitions together, which autovacuum does only for each partition;
   * joins are planned by these figures.
   */
  public static void analyze(Connection state) throws SQLException {
    try (var statement = state.createStatement()) {
      for (var table : ALL) {
        statement.execute("analyze " + table);
        state.commit();
      }
    }
  }

  private DailyTables() {}
}
