package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.ConnectionUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status} */
@Command(
    name = "status",
    description = "Show the databases and the progress of the pipeline.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private SessionOptions options = new SessionOptions();

  @Mixin private Output output = new Output();

  @Option(names = "--show-passwords", description = "print connection URLs with passwords")
  private boolean showPasswords;

  @Override
  public Integer call() throws Exception {
    try (var databases = options.current();
        var state = databases.analytics().connect()) {
      var facts = new LinkedHashMap<String, @Nullable Object>();
      facts.put("eventsDatabase", display(databases.events()));
      facts.put("analyticsDatabase", display(databases.analytics()));
      databases
          .embedded()
          .ifPresent(
              embedded -> {
                facts.put("dataDirectory", embedded.directory().toString());
                facts.put("passwordFile", embedded.passwordFile().toString());
              });
      facts.putAll(row(state, CHECKPOINT));
      facts.putAll(row(state, LAST_RUN));
      facts.putAll(row(state, COUNTS));
      output.print(
          facts,
          () ->
              facts.forEach(
                  (name, value) ->
                      System.out.printf("%-20s %s%n", name, value == null ? "-" : value)));
      return OperatorAnalytics.DONE;
    }
  }

  private String display(ConnectionUrl url) {
    return showPasswords ? url.withPassword() : url.toString();
  }

  private static final String CHECKPOINT =
      """
      select
          last_processed_at::text as "lastProcessedAt",
          round(extract(epoch from now() - last_processed_at), 1)::text as "lagSeconds",
          safe_block::text as "safeBlock",
          guarantee as "guarantee"
      from (values (1)) as one_row
      left join pipeline_checkpoints on true
      """;

  private static final String LAST_RUN =
      """
      select run_id::text as "lastRun", status as "lastRunStatus", ended_at::text as "lastRunEnded"
      from (values (1)) as one_row
      left join pipeline_runs on true
      order by run_id desc nulls last
      limit 1
      """;

  private static final String COUNTS =
      """
      select
          (select count(*) from operator_current_state)::text as "operators",
          (select version from data_version)::text as "dataVersion",
          (select is_filling from data_version)::text as "isFilling",
          (select count(*) from pipeline_requests)::text as "operatorsQueued",
          (select count(*) from import_rejects)::text as "importRejects",
          (
              select string_agg(job || ' ' || run_id || ' ' || lower(status collate "C"), ', ' order by run_id)
              from pipeline_runs
              where status in ('QUEUED', 'RUNNING')
          ) as "runsInProgress",
          (
              select count(*) from pipeline_partitions where stage = 'snapshot' and status = 'DONE'
          )::text as "snapshotDays",
          (
              select count(*) from pipeline_partitions where stage = 'analytics' and status = 'DONE'
          )::text as "analyticsDays",
          (select count(*) from pipeline_partitions where status <> 'DONE')::text as "daysStaleOrFailed",
          (
              select string_agg(name, ', ' order by name) from pipeline_checks where status <> 'PASSED'
          ) as "checksNotPassed",
          (
              select string_agg(schedule, ', ' order by schedule)
              from pipeline_schedules
              where not is_enabled
          ) as "schedulesPaused"
      """;

  private static Map<String, @Nullable Object> row(Connection state, String sql)
      throws SQLException {
    var facts = new LinkedHashMap<String, @Nullable Object>();
    try (var statement = state.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      for (var i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        facts.put(row.getMetaData().getColumnLabel(i), row.getString(i));
      }
    }
    return facts;
  }
}
