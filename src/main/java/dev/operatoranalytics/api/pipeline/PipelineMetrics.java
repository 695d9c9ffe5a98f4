package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.http.PromptReads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.io.File;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics of the pipeline, read from its tables on each scrape, so that they cover all processes
 * and the time before this one started. Metrics without a value in the tables are omitted.
 */
@Singleton
final class PipelineMetrics {
  private static final Logger log = LoggerFactory.getLogger(PipelineMetrics.class);

  /**
   * One metric with its labels.
   *
   * @param unit part of the name, too; null for plain counts
   * @param select its last column is the number, those before it are the labels
   */
  private record Family(String name, @Nullable String unit, String description, String select) {}

  private static final List<Family> FAMILIES =
      List.of(
          new Family(
              "operator_analytics.lag",
              "seconds",
              "Since the time up to which all rows of the events database were read",
              """
              select pipeline_name as pipeline, extract(epoch from now() - last_processed_at)
              from pipeline_checkpoints
              """),
          new Family(
              "operator_analytics.standby.lag",
              "seconds",
              "How far the standby behind API_DB_URL can be behind its primary",
              "select standby_lag_seconds()"),
          new Family(
              "operator_analytics.database.size",
              "bytes",
              "Size of the analytics database",
              "select pg_database_size(current_database())"),
          new Family(
              "operator_analytics.state.age",
              "seconds",
              "Since the block that the state is as of",
              """
              select pipeline_name as pipeline, extract(epoch from now() - safe_at)
              from pipeline_checkpoints
              """),
          new Family(
              "operator_analytics.cursor.guarantee",
              null,
              "What the last reading of the events database promises of rows that appear late: 1"
                  + " for NO_LOSS or BOUNDED_BY_BUFFER, 0 for the other",
              """
              select
                  pipeline_name as pipeline,
                  guarantees.guarantee,
                  (pipeline_checkpoints.guarantee = guarantees.guarantee)::integer
              from
                  pipeline_checkpoints
                  cross join (values ('NO_LOSS'), ('BOUNDED_BY_BUFFER')) as guarantees (guarantee)
              """),
          new Family(
              "operator_analytics.runs",
              null,
              "Runs under way, and those that ended within a day",
              """
              select job, status, count(run_id)
              from
                  (select distinct job from pipeline_runs) as jobs
                  cross join (
                      values ('RUNNING'), ('SUCCEEDED'), ('PARTIAL'), ('FAILED'), ('LOST')
                  ) as statuses (status)
                  left join pipeline_runs using (job, status)
              where run_id is null or ended_at is null or ended_at > now() - interval '1 day'
              group by job, status
              """),
          new Family(
              "operator_analytics.run.duration",
              "seconds",
              "Duration of the latest run that ended",
              """
              select distinct on (job) job, status, extract(epoch from ended_at - started_at)
              from pipeline_runs
              where ended_at is not null
              order by job, run_id desc
              """),
          new Family(
              "operator_analytics.run.success.age",
              "seconds",
              "Since a run last succeeded, at least for most operators",
              """
              select job, extract(epoch from now() - max(ended_at))
              from pipeline_runs
              where status in ('SUCCEEDED', 'PARTIAL')
              group by job
              """),
          new Family(
              "operator_analytics.rows.changed",
              null,
              "Rows that the runs begun within a day have inserted, updated or deleted",
              """
              select asset, change, sum(rows)
              from
                  pipeline_run_steps
                  join pipeline_runs using (run_id)
                  cross join lateral (
                      values ('inserted', inserted), ('updated', updated), ('deleted', deleted)
                  ) as changes (change, rows)
              where started_at > now() - interval '1 day'
              group by asset, change
              """),
          new Family(
              "operator_analytics.partitions",
              null,
              "Days from the first one there is until yesterday (UTC)",
              """
              with days as (
                  select stage, day::date as partition_date
                  from
                      (select min(partition_date) as first_date from pipeline_partitions) as first
                      cross join lateral generate_series(
                          first_date, (now() at time zone 'UTC')::date - 1, interval '1 day'
                      ) as day
                      cross join (values ('snapshot'), ('analytics')) as stages (stage)
              )
              select stage, wanted.status, count(partition_date)
              from
                  (values ('snapshot'), ('analytics')) as stages (stage)
                  cross join (values ('DONE'), ('STALE'), ('FAILED'), ('MISSING')) as wanted (status)
                  left join (
                      select stage, partition_date, coalesce(status, 'MISSING') as status
                      from days full join pipeline_partitions using (stage, partition_date)
                  ) as standing using (stage, status)
              group by stage, wanted.status
              """),
          new Family(
              "operator_analytics.daily.partitions.ahead",
              null,
              "Partitions of a daily table for months after that of the newest day",
              """
              select pg_class.relname as table, count(partition_name)
              from
                  pg_class
                  cross join (select max(snapshot_date) as newest from snapshot_days) as days
                  left join daily_partitions
                      on table_name = pg_class.relname and from_date > newest
              where
                  relkind = 'p'
                  and relnamespace = to_regnamespace('public')
                  and newest is not null
              group by pg_class.relname
              """),
          new Family(
              "operator_analytics.queue",
              null,
              "Operators waiting for a rebuild, apart from those with new events",
              """
              select reason, count(operator_id)
              from
                  (values ('FAILED')) as reasons (reason)
                  full join pipeline_requests using (reason)
              group by reason
              """),
          new Family(
              "operator_analytics.ticks",
              null,
              "Times at which schedules were due within a day",
              """
              select schedule, status, count(*)
              from pipeline_ticks
              where tick_at > now() - interval '1 day'
              group by schedule, status
              """),
          new Family(
              "operator_analytics.alerts",
              null,
              "Alerts that fired within a day",
              """
              select kind, count(*)
              from alerts
              where fired_at > now() - interval '1 day'
              group by kind
              """),
          new Family(
              "operator_analytics.alert.deliveries",
              null,
              "Alerts that wait for their webhooks, were accepted, or were dropped",
              """
              select state, coalesce(sum(count), 0)
              from (values ('PENDING'), ('DELIVERED'), ('DROPPED')) as states (state)
              left join (
                  select 'DELIVERED' as state, delivered_count as count from alert_deliveries
                  union all
                  select 'DROPPED', dropped_count from alert_deliveries
                  union all
                  select 'PENDING', count(*)
                  from alert_deliveries
                  join alerts
                      on alerts.rule_id = alert_deliveries.rule_id
                      and alerts.alert_id > alert_deliveries.delivered_to
              ) as counts using (state)
              group by state
              """),
          new Family(
              "operator_analytics.check.failing",
              null,
              "Whether a rule of the tables does not hold, or cannot be read: 1, or 0 when it"
                  + " holds",
              """
              select name as "check", severity, (status <> 'PASSED')::integer
              from pipeline_checks
              """),
          new Family(
              "operator_analytics.check.failing.rows",
              null,
              "Rows that break a rule; none is told of a rule that cannot be read",
              """
              select name as "check", severity, failing_rows
              from pipeline_checks
              """));

  private final PromptReads reads;
  private final Map<Family, MultiGauge> gauges = new LinkedHashMap<>();
  private volatile double isUp;

  PipelineMetrics(PromptReads reads, MeterRegistry registry) {
    this.reads = reads;
    for (var family : FAMILIES) {
      gauges.put(
          family,
          MultiGauge.builder(family.name())
              .baseUnit(family.unit())
              .description(family.description())
              .register(registry));
    }
    for (var place : List.of("java.io.tmpdir", "operator-analytics.data-dir")) {
      var directory = new File(System.getProperty(place, "."));
      Gauge.builder("operator_analytics.disk.free", directory, File::getUsableSpace)
          .baseUnit("bytes")
          .tag("directory", place.equals("java.io.tmpdir") ? "temporary" : "data")
          .description("Free space of the disk of a directory; 0 when it does not exist")
          .register(registry);
    }
    Gauge.builder("operator_analytics.database.up", this, metrics -> metrics.isUp)
        .description("Whether the database could be read on this scrape: 1 or 0")
        .register(registry);
  }

  /** One scrape at a time reads the tables. */
  synchronized void refresh() {
    try {
      var rows = reads.read(PipelineMetrics::read);
      isUp = 1;
      rows.forEach((family, row) -> gauge(family).register(row, true));
    } catch (SQLException e) {
      log.warn("the metrics of the pipeline cannot be read: {}", e.getMessage());
      isUp = 0;
      gauges.values().forEach(gauge -> gauge.register(List.of(), true));
    }
  }

  private MultiGauge gauge(Family family) {
    return Objects.requireNonNull(gauges.get(family));
  }

  private static Map<Family, List<MultiGauge.Row<?>>> read(Connection connection)
      throws SQLException {
    var all = new LinkedHashMap<Family, List<MultiGauge.Row<?>>>();
    for (var family : FAMILIES) {
      all.put(family, read(connection, family));
    }
    return all;
  }

  private static List<MultiGauge.Row<?>> read(Connection connection, Family family)
      throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(family.select())) {
      var columns = rows.getMetaData();
      var read = new ArrayList<MultiGauge.Row<?>>();
      while (rows.next()) {
        var tags = Tags.empty();
        for (var i = 1; i < columns.getColumnCount(); i++) {
          tags = tags.and(columns.getColumnLabel(i), rows.getString(i));
        }
        var value = rows.getDouble(columns.getColumnCount());
        if (!rows.wasNull()) {
          read.add(MultiGauge.Row.of(tags, value));
        }
      }
      return read;
    }
  }
}
