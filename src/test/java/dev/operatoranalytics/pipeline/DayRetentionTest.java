package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.pipeline.snapshot.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Months of daily tables are created ahead, and detached when they are older than the retention.
 */
class DayRetentionTest {
  @AutoClose private static final Tables tables = new Tables();

  @TempDir private Path directory;

  @BeforeEach
  void days() {
    tables.clear();
    tables.withMonths("2025-01-30", "2025-03-02");
    tables.execute(
        tables.state(),
        """
        insert into snapshot_days select day::date from generate_series('2025-01-30', '2025-03-02', interval '1 day') as day;
        insert into pipeline_partitions (stage, partition_date, status, taken_at, seconds)
        select 'snapshot', snapshot_date, 'DONE', '2025-04-01Z', 1 from snapshot_days;
        insert into operator_strategy_daily_snapshots (
            operator_id, strategy_id, snapshot_date, shares, max_magnitude, encumbered_magnitude,
            allocatable_magnitude, delegator_count
        )
        select 'alice', 'stETH', snapshot_date, 7, 1e18, 0, 0, 1 from snapshot_days;
        insert into operator_commission_periods (
            operator_id, commission_kind, subject_id, from_date, until_date, current_bips, is_default
        )
        values ('alice', 'PI', '', '2025-01-30', '2025-01-31', 10, false),
            ('alice', 'PI', '', '2025-01-31', '2025-02-10', 20, false),
            ('alice', 'PI', '', '2025-02-10', null, 30, false)
        """);
  }

  @Test
  void months_are_created_once_and_two_ahead() throws Exception {
    assertThat(
            tables.rows(
                "select partition_name from daily_partitions where table_name ="
                    + " 'volatility_metrics' and until_date > '2025-01-01' order by 1"))
        .containsSubsequence(
            List.of("volatility_metrics_202501"),
            List.of("volatility_metrics_202502"),
            List.of("volatility_metrics_202503"),
            List.of("volatility_metrics_202504"),
            List.of("volatility_metrics_202505"));
    try (var state = tables.stateUrl().connect()) {
      state.setAutoCommit(false);
      assertThat(DailyTables.create(List.of(LocalDate.parse("2025-02-14")), state)).isFalse();
      DailyTables.analyze(state);
    }
    assertThat(tables.check("days_have_partitions").status()).isEqualTo(Check.CheckStatus.PASSED);

    tables.execute(tables.state(), "drop table operator_analytics_202504");

    assertThat(tables.check("days_have_partitions").sample())
        .containsExactly("{\"table_name\":\"operator_analytics\",\"month\":\"2025-04-01\"}");
  }

  @Test
  void old_months_are_exported_and_detached_with_their_days() throws Exception {
    apply(LocalDate.parse("2025-02-01"));
    apply(LocalDate.parse("2025-02-01"));

    assertThat(tables.rows("select min(snapshot_date) from operator_strategy_daily_snapshots"))
        .containsExactly(List.of("2025-02-01"));
    assertThat(
            tables.rows("select count(*) from detached_operator_strategy_daily_snapshots_202501"))
        .containsExactly(List.of("2"));
    assertThat(tables.rows("select min(partition_date) from pipeline_partitions"))
        .containsExactly(List.of("2025-02-01"));
    tables.expect(
        "operator_commission_periods",
        """
        from_date  | current_bips
        2025-01-31 | 20
        2025-02-10 | 30
        """);
    assertThat(
            tables.rows(
                "select count(*), min(snapshot_date) from operator_commission_daily_snapshots"))
        .containsExactly(List.of("30", "2025-02-01"));
    assertThat(exported("operator_strategy_daily_snapshots_202501"))
        .hasSize(3)
        .anyMatch(line -> line.startsWith("alice,stETH,2025-01-31,7,"));
    assertThat(exported("operator_commission_daily_snapshots_202501"))
        .containsExactly(
            "operator_id,commission_kind,subject_id,snapshot_date,current_bips,is_default,upcoming_bips,activates_at",
            "alice,PI,\"\",2025-01-30,10,f,,",
            "alice,PI,\"\",2025-01-31,20,f,,");
  }

  @Test
  void a_month_whose_run_ended_before_its_name_was_free_can_be_taken_again() throws Exception {
    tables.withMonths("2024-03-01", "2024-03-31");
    tables.execute(
        tables.state(),
        "alter table operator_analytics detach partition operator_analytics_202403");

    apply(null);
    tables.withMonths("2024-03-01", "2024-03-31");

    assertThat(
            tables.rows(
                """
                select relname, relispartition from pg_class
                where relkind = 'r' and relname like '%operator_analytics_202403%' order by 1
                """))
        .containsExactly(
            List.of("detached_operator_analytics_202403", "f"),
            List.of("operator_analytics_202403", "t"));
  }

  @Test
  void a_month_that_was_taken_again_is_detached_again() throws Exception {
    for (var count : List.of("1", "2")) {
      tables.withMonths("2024-06-01", "2024-06-30");
      apply(LocalDate.parse("2024-07-01"));

      assertThat(
              tables.rows(
                  "select count(*) from pg_class where relkind = 'r' and relname like"
                      + " 'detached_operator_analytics_202406%'"))
          .containsExactly(List.of(count));
    }
    assertThat(
            tables.rows(
                "select count(*) from pg_class where relname = 'operator_analytics_202406'"))
        .containsExactly(List.of("0"));
  }

  @Test
  void days_before_the_retention_are_not_planned() throws Exception {
    var snapshots = tables.snapshots(Duration.ofDays(121));
    assertThat(
            snapshots
                .plan(
                    LocalDate.parse("2025-08-30"),
                    LocalDate.parse("2025-09-02"),
                    Plan.Reprocess.ALL)
                .days())
        .containsExactly(LocalDate.parse("2025-09-01"), LocalDate.parse("2025-09-02"));
  }

  @Test
  void readers_learn_which_days_are_kept() throws Exception {
    apply(LocalDate.parse("2025-01-01"));
    apply(LocalDate.parse("2025-02-01"));
    assertThat(tables.rows("select kept_from from day_retention"))
        .containsExactly(List.of("2025-02-01"));

    apply(null);
    assertThat(tables.rows("select kept_from from day_retention")).isEmpty();
    assertThat(tables.rows("select min(snapshot_date) from operator_strategy_daily_snapshots"))
        .containsExactly(List.of("2025-02-01"));
  }

  private void apply(@Nullable LocalDate firstKept) throws Exception {
    try (var state = tables.stateUrl().connect()) {
      new DayRetention(firstKept, directory).apply(state);
    }
  }

  private List<String> exported(String name) throws IOException {
    try (var file =
        new GZIPInputStream(Files.newInputStream(directory.resolve(name + ".csv.gz")))) {
      return new String(file.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }
}
