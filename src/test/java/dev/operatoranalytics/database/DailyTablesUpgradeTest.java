package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A database with days keeps every row of a day when its tables become periods and partitions. */
class DailyTablesUpgradeTest {
  private static final List<String> TABLES =
      List.of(
          "operator_allocation_daily_snapshots",
          "operator_commission_daily_snapshots",
          "operator_daily_snapshots",
          "operator_strategy_daily_snapshots");

  @Test
  void days_keep_their_rows() throws Exception {
    var url = TestPostgres.fresh("analytics");
    try (var connection = url.connect()) {
      execute(connection, "drop schema public cascade; create schema public");
      migrate(url, "111");
      execute(
          connection,
          """
          select setseed(0.5);
          create temporary table days as
          select date '2025-11-20' + i as day from generate_series(0, 80) as i where i % 17 <> 5 and i <> 40;
          create temporary table kept as
          select 'operator' || operator as operator_id, 'strategy' || strategy as strategy_id, day,
              (random() * 1.7)::integer as magnitude, random() as chance, random() as presence
          from generate_series(1, 4) as operator, generate_series(1, 3) as strategy, days;
          insert into strategy_daily_quotes (strategy_id, snapshot_date, exchange_rate, rate_status, usd_per_share_unit)
          select 'strategy' || strategy, day, 1e18, 'QUOTED', case when random() < 0.8 then 0.5 end
          from generate_series(1, 2) as strategy, days;
          insert into operator_strategy_daily_snapshots (
              operator_id, strategy_id, snapshot_date, shares, max_magnitude, encumbered_magnitude,
              allocatable_magnitude, delegator_count
          )
          select operator_id, strategy_id, day, case when chance < 0.9 then floor(chance * 1e18) end,
              case when chance < 0.8 then 3 else 0 end, 0, 0, 1
          from kept where presence < 0.9;
          insert into operator_allocation_daily_snapshots (
              operator_id, operator_set_id, strategy_id, snapshot_date, current_magnitude, pending_magnitude,
              pending_effect_block, is_slashable, slashable_shares, slashable_usd
          )
          select
              kept.operator_id, 'avs-1', kept.strategy_id, day, magnitude, nullif(magnitude, 1),
              case magnitude when 1 then null else 7 end, presence < 0.6, slashable,
              usd_value(slashable, usd_per_share_unit)
          from kept
          left join operator_strategy_daily_snapshots as held
              on held.operator_id = kept.operator_id and held.strategy_id = kept.strategy_id and snapshot_date = day
          left join strategy_daily_quotes as quotes
              on quotes.strategy_id = kept.strategy_id and quotes.snapshot_date = day
          cross join lateral (
              select case
                  when presence >= 0.6 or coalesce(max_magnitude, 0) = 0 then 0
                  else allocated_shares(shares, magnitude, max_magnitude)
              end as slashable
          ) as computed
          where presence < 0.85;
          insert into operator_commission_daily_snapshots
          select operator_id, 'AVS', strategy_id, day, magnitude, chance < 0.9, nullif(magnitude, 1),
              case when magnitude = 0 then timestamptz '2026-01-01Z' end
          from kept where presence < 0.85;
          insert into operator_daily_snapshots
          select distinct on (operator_id, day)
              operator_id, day, true, true, now(), 1, 1, 1, 1, 1, 1, 1, 0, null::timestamptz, 5, 'COMPLETE', 0, 0
          from kept
          """);
      var before = rows(connection);
      assertThat(before.values()).allSatisfy(rows -> assertThat(rows).hasSizeGreaterThan(200));

      migrate(url, "131");

      assertThat(rows(connection)).isEqualTo(before);
      assertThat(
              count(
                  connection,
                  "select count(*) from daily_partitions where from_date is null and partition_name"
                      + " = table_name || '_until_' || to_char(until_date, 'YYYYMM')"))
          .as("tables with rows became the partition of all months until now")
          .isEqualTo(2);
      assertThat(
              count(
                  connection,
                  "select count(*) from pg_class where relkind = 'p' and relname in"
                      + " ('operator_daily_snapshots', 'volatility_metrics')"))
          .isEqualTo(2);
      assertThat(count(connection, "select count(*) from operator_commission_periods"))
          .isLessThan(
              count(connection, "select count(*) from operator_commission_daily_snapshots")
                  * 3
                  / 4);
    }
  }

  private static void migrate(ConnectionUrl url, String version) {
    Flyway.configure()
        .dataSource(url.jdbc(), url.user(), url.password())
        .locations("classpath:migrations/analytics")
        .target(version)
        .load()
        .migrate();
  }

  private static Map<String, List<String>> rows(Connection connection) throws SQLException {
    var rows = new TreeMap<String, List<String>>();
    for (var table : TABLES) {
      try (var statement = connection.createStatement();
          var answer =
              statement.executeQuery(
                  "select array_agg(to_jsonb(held)::text order by to_jsonb(held)::text) from %s as held"
                      .formatted(table))) {
        answer.next();
        rows.put(table, List.of((String[]) answer.getArray(1).getArray()));
      }
    }
    return rows;
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var answer = statement.executeQuery(sql)) {
      answer.next();
      return answer.getLong(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
