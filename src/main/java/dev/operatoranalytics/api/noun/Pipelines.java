package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.DayRange;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import dev.operatoranalytics.api.query.UserInputError;
import java.util.List;

/** The pipeline: its tables, runs, schedules and checks. */
final class Pipelines {
  /** The pipeline itself: one row. */
  static final String ROWS =
      """
      select
          (select version from data_version) as data_version,
          (select is_filling from data_version) as is_filling,
          (select max(last_processed_at) from pipeline_checkpoints) as last_processed_at
      """;

  private static final Noun PIPELINE =
      Noun.of("Pipeline")
          .rows(ROWS)
          .key("data_version")
          .column("dataVersion", "data_version", ColumnType.BIGINT)
          .flags("isFilling")
          .hidden("last_processed_at", ColumnType.INSTANT)
          .relation("checkpoint", Relation.all().order("last_processed_at desc").first())
          .relation("source", Relation.all().order("checked_at desc").first())
          .expression(
              "lagSeconds",
              ColumnType.NUMERIC,
              "round(extract(epoch from :now - #last_processed_at), 3)")
          .relation("assets", Relation.all().where("#is_current"))
          .relation("asset", Relation.all().where("#asset = :key"))
          .relation("runs", Relation.all())
          .relation(
              "run", Relation.all().where("#run_id = :id::bigint").argument("id", RunIds::number))
          .relation(
              "partitions",
              Relation.all()
                  .rows(
                      """
                      select
                          asset.asset,
                          case asset.stage when 'rewards' then 'analytics' else asset.stage end as stage,
                          case when span.to_date is not null then span.from_date end as from_date,
                          case when span.from_date is not null then span.to_date end as to_date,
                          days.total, days.done, days.stale, days.missing, days.failed
                      from pipeline_assets as asset
                      cross join lateral (
                          select
                              coalesce(:from, min(partition_date)) as from_date,
                              coalesce(:to, max(partition_date)) as to_date
                          from pipeline_partitions as partition
                          where partition.stage = case asset.stage when 'rewards' then 'analytics' else asset.stage end
                      ) as span
                      cross join lateral (
                          select
                              count(*)::integer as total,
                              (count(*) filter (where status = 'DONE'))::integer as done,
                              (count(*) filter (where status = 'STALE'))::integer as stale,
                              (count(*) filter (where status is null))::integer as missing,
                              (count(*) filter (where status = 'FAILED'))::integer as failed
                          from generate_series(
                              span.from_date::timestamp, span.to_date::timestamp, '1 day'
                          ) as day
                          left join pipeline_partitions as partition
                              on partition.stage = case asset.stage when 'rewards' then 'analytics' else asset.stage end
                              and partition.partition_date = day::date
                      ) as days
                      where asset.asset = :asset and asset.stage in ('snapshot', 'analytics', 'rewards')
                          and (span.to_date - span.from_date < 36600) is not false
                      """)
                  .check(DayRange::check)
                  .orElse(
                      given ->
                          new UserInputError(
                              "%s is no asset that is made day by day: see assets"
                                  .formatted(given.get("asset")))))
          .relation("schedules", Relation.all())
          .relation("checks", Relation.all());

  /**
   * The days of a stage in ranges of equal status and reason. Runs without a range take days from
   * {@code due_from} on.
   */
  private static final String RANGES =
      """
      select
          status, min(day) as from_date, max(day) as to_date, count(*)::integer as days,
          reason, run_id, error,
          case reason
              when 'RUN_FAILED' then
                  'Run ' || run_id || ' failed on this day. '
                  || case
                      when ^stage = 'analytics' and snapshot_status is distinct from 'DONE'
                          then 'The snapshot of this day must be taken first.'
                      when unreadable_checks is not null
                          then 'Checks cannot be read: ' || unreadable_checks || '.'
                      else 'The next run tries it again.'
                  end
              when 'EVENTS_ADDED' then 'Events of this day or of an earlier one were added. The next run takes the day again.'
              when 'QUOTES_CHANGED' then 'A price or rate was corrected. The next run takes the day again.'
              when 'OPERATORS_CORRECTED' then 'Operators that this day has or left out were corrected. The next run takes the day again.'
              when 'DAY_RETAKEN' then 'An earlier day, which this one builds on, was taken later. The next run takes this day again.'
              when 'REWARDS_CHANGED' then 'Rewards of the month changed. The next run takes the day again.'
              when 'INPUT_CHANGED' then 'The input of this day changed. The next run takes the day again.'
              when 'NOT_ENDED' then 'This day has not ended.'
              when 'SOURCE_BEHIND' then
                  coalesce('The source is known until ' || source_until, 'Nothing is known of the source yet')
                  || '. This day can be taken when its end is known.'
              when 'BEFORE_FIRST_EVENT' then 'The first event is of ' || first_event_day || '.'
              when 'BEFORE_RETENTION' then
                  'Runs keep days from ' || kept_from || ' on (PIPELINE_DAY_RETENTION).'
              when 'SNAPSHOT_NOT_DONE' then
                  'The snapshot of this day is ' || lower(coalesce(snapshot_status, 'MISSING')) || '.'
              when 'CHECK_UNREADABLE' then 'Checks cannot be read: ' || unreadable_checks || '.'
              when 'IN_RUN' then 'Run ' || run_id || ' takes this day.'
              when 'DUE' then
                  'The next run takes this day'
                  || case
                      when next_run is not null then ': it is scheduled for ' || next_run || '.'
                      when is_filling then ': the history is still being filled.'
                      else '. No run is scheduled: start one.'
                  end
              when 'NOT_REQUESTED' then
                  'Runs take only days after the newest one by themselves. Request a backfill.'
          end as explanation
      from (
          select
              reasons.*,
              day - (
                  row_number() over (
                      partition by status, reason, run_id, error, snapshot_status order by day
                  )
              )::integer as island
          from (
              select
                  days.day, days.status, days.source_until, days.first_event_day,
                  days.unreadable_checks, days.next_run, days.is_filling, days.kept_from,
                  case
                      when why.reason in ('SNAPSHOT_NOT_DONE', 'RUN_FAILED') then days.snapshot_status
                  end as snapshot_status,
                  why.reason,
                  case why.reason
                      when 'RUN_FAILED' then days.run_id when 'IN_RUN' then days.active_run_id
                  end as run_id,
                  case when why.reason = 'RUN_FAILED' then days.error end as error
              from (
                  select
                      day::date as day,
                      coalesce(own.status, 'MISSING') as status,
                      own.stale_reason, own.error, own.run_id,
                      snapshot.status as snapshot_status,
                      active.run_id as active_run_id,
                      (day + interval '1 day') at time zone 'UTC' as ended_at,
                      day >= facts.due_from as is_due,
                      facts.*,
                      left((facts.safe_at at time zone 'UTC')::text, 16) || ' UTC' as source_until
                  from (
                      select
                          case ^stage when 'snapshot' then 'snapshots' else ^stage end as job,
                          least(
                              (:now at time zone 'UTC')::date - 1,
                              (
                                  select max(partition_date) + 1 from pipeline_partitions
                                  where stage = ^stage
                              )
                          ) as due_from,
                          (
                              select safe_at from pipeline_checkpoints
                              order by last_processed_at desc nulls last
                              limit 1
                          ) as safe_at,
                          (select min(first.day) from day_blocks as first) as first_event_day,
                          (select is_filling from data_version) as is_filling,
                          (select kept_from from day_retention) as kept_from,
                          (
                              select string_agg(name, ', ' order by name) from pipeline_checks
                              where is_blocking and status = 'UNREADABLE'
                          ) as unreadable_checks,
                          (
                              select left((next_tick_at at time zone 'UTC')::text, 16) || ' UTC'
                              from pipeline_schedules
                              where
                                  schedule = case ^stage when 'snapshot' then 'snapshots' else ^stage end
                                  and is_enabled
                                  and next_tick_at > :now
                          ) as next_run
                  ) as facts
                  cross join generate_series(^from_date::timestamp, ^to_date::timestamp, '1 day')
                      as day
                  left join pipeline_partitions as own
                      on own.stage = ^stage and own.partition_date = day::date
                  left join pipeline_partitions as snapshot
                      on snapshot.stage = 'snapshot' and snapshot.partition_date = day::date
                  left join lateral (
                      select min(run_id) as run_id
                      from pipeline_runs as run
                      where
                          run.job = facts.job
                          and run.status in ('QUEUED', 'RUNNING')
                          and (
                              day between run.from_date and run.to_date
                              or (run.from_date is null and day >= facts.due_from)
                          )
                  ) as active on own.status is distinct from 'DONE'
              ) as days
              cross join lateral (
                  select
                      case
                          when status = 'DONE' then null
                          when status = 'FAILED' then 'RUN_FAILED'
                          when status = 'MISSING' and ended_at > :now then 'NOT_ENDED'
                          when status = 'MISSING' and day < first_event_day then 'BEFORE_FIRST_EVENT'
                          when status = 'MISSING' and day < kept_from then 'BEFORE_RETENTION'
                          when ^stage = 'analytics' and snapshot_status is distinct from 'DONE'
                              then 'SNAPSHOT_NOT_DONE'
                          when status = 'STALE' then coalesce(stale_reason, 'INPUT_CHANGED')
                          when ^stage = 'snapshot' and (ended_at <= safe_at) is not true
                              then 'SOURCE_BEHIND'
                          when unreadable_checks is not null then 'CHECK_UNREADABLE'
                          when active_run_id is not null then 'IN_RUN'
                          when is_due then 'DUE'
                          else 'NOT_REQUESTED'
                      end as reason
              ) as why
          ) as reasons
      ) as numbered
      group by
          status, reason, run_id, error, snapshot_status, source_until, first_event_day,
          unreadable_checks, next_run, is_filling, kept_from, island
      """;

  private static final Noun PARTITION_COVERAGE =
      Noun.of("PartitionCoverage")
          .key("asset")
          .relation("asset", Relation.on("asset"))
          .column("from", "from_date", ColumnType.DATE)
          .column("to", "to_date", ColumnType.DATE)
          .counts("total", "done", "stale", "missing", "failed")
          .relation("ranges", Relation.all().rows(RANGES))
          // why days wait changes without a new data version
          .timeDependent("ranges");

  private static final Noun PARTITION_RANGE =
      Noun.of("PartitionRange")
          .key("from_date")
          .order("from_date")
          .enums("status", "reason")
          .column("from", "from_date", ColumnType.DATE)
          .column("to", "to_date", ColumnType.DATE)
          .counts("days")
          .texts("explanation", "error")
          .redactedUnlessAdmin("error")
          .hidden("run_id", ColumnType.BIGINT)
          .relation("run", Relation.on("run_id"))
          .timeDependent("from", "to", "days", "reason", "explanation", "run", "error");

  private static final Noun CHECKPOINT =
      Noun.of("Checkpoint")
          .rows("pipeline_checkpoints")
          .key("pipeline_name")
          .column("name", "pipeline_name", ColumnType.TEXT)
          .instants("lastProcessedAt", "safeAt")
          .bigints("headBlock", "safeBlock", "revision")
          .enums("guarantee")
          .flags("isFinal");

  private static final Noun CHAIN_SOURCE =
      Noun.of("ChainSource")
          .rows(
              """
              select
                  chain_source.*, state.safe_block as state_block, state.safe_at as state_at,
                  greatest(chain_source.head_block - state.safe_block, 0) as lag_blocks
              from chain_source
              left join lateral (
                  select safe_block, safe_at
                  from pipeline_checkpoints
                  order by last_processed_at desc nulls last
                  limit 1
              ) as state on true
              """)
          .key("is_only")
          .hidden("is_only", ColumnType.BOOLEAN)
          .hidden("state_at", ColumnType.INSTANT)
          .texts("network", "horizon", "error")
          .enums("status")
          .redactedUnlessAdmin("error")
          .column("head", "head_block", ColumnType.BIGINT)
          .column("safeHead", "safe_head_block", ColumnType.BIGINT)
          .column("finalizedHead", "finalized_head_block", ColumnType.BIGINT)
          .column("readTo", "read_block", ColumnType.BIGINT)
          .column("readToAt", "read_block_at", ColumnType.INSTANT)
          .bigints(
              "chainId",
              "firstBlock",
              "stateBlock",
              "lagBlocks",
              "logs",
              "reorganisations",
              "deepestReorganisation",
              "requests")
          .instants("headAt", "safeHeadAt", "finalizedHeadAt", "checkedAt")
          .amounts("logsPerSecond", "secondsLeft")
          .expression(
              "lagSeconds", ColumnType.NUMERIC, "round(extract(epoch from :now - #state_at), 3)")
          // the chain reader updates it without a new data version
          .timeDependent(
              "network",
              "horizon",
              "status",
              "error",
              "head",
              "safeHead",
              "finalizedHead",
              "readTo",
              "readToAt",
              "chainId",
              "firstBlock",
              "stateBlock",
              "lagBlocks",
              "logs",
              "reorganisations",
              "deepestReorganisation",
              "requests",
              "headAt",
              "safeHeadAt",
              "finalizedHeadAt",
              "checkedAt",
              "logsPerSecond",
              "secondsLeft");

  private static final Noun CHECK_RESULT =
      Noun.of("CheckResult")
          .rows(
              """
              select
                  name, asset, severity, is_blocking, status, failing_rows, sample,
                  array(
                      select operator_id
                      from pipeline_blocked_operators
                      where check_name = name
                      order by operator_id
                  ) as blocked_operators,
                  evaluated_at, status = 'PASSED' as has_passed
              from pipeline_checks
              """)
          .key("name")
          .hidden("has_passed", ColumnType.BOOLEAN)
          .order("has_passed", "severity", "name")
          .notNull("has_passed")
          .texts("name")
          .enums("severity", "status")
          .relation("asset", Relation.on("asset"))
          .flags("isBlocking")
          .bigints("failingRows")
          .column("sample", "sample", ColumnType.TEXTS)
          .column("blockedOperators", "blocked_operators", ColumnType.TEXTS)
          .instants("evaluatedAt");

  private static final Noun ASSET =
      Noun.of("Asset")
          .rows(
              """
              select
                  asset.asset, upper(asset.stage collate "C") as stage, asset.is_current, asset.place,
                  asset.stage in ('snapshot', 'analytics', 'rewards') as is_daily, asset.code_version,
                  asset.depends_on, asset.last_run_id,
                  case
                      when asset.code_version is null then 'EXTERNAL'
                      when asset.last_run_id is null then 'NEVER'
                      when asset.filled_code_version is distinct from asset.code_version
                          then 'CODE_CHANGED'
                      when asset.stage in ('snapshot', 'analytics', 'rewards') then
                          case
                              when case asset.stage when 'rewards' then 'analytics' else asset.stage end
                                  = any(array(
                                      select stage from pipeline_partitions where status <> 'DONE'
                                  ))
                                  then 'DAYS_STALE'
                              else 'FRESH'
                          end
                      when asset.upstream_run_id > asset.last_run_id then 'UPSTREAM_CHANGED'
                      else 'FRESH'
                  end as staleness
              from pipeline_assets as asset
              """)
          .key("asset")
          .hidden("place", ColumnType.INTEGER)
          .column("dependsOnKeys", "depends_on", ColumnType.TEXTS)
          .hidden("last_run_id", ColumnType.BIGINT)
          .order("place")
          .column("key", "asset", ColumnType.TEXT)
          .texts("codeVersion")
          .enums("stage", "staleness")
          .flags("isCurrent", "isDaily")
          .relation("dependsOn", Relation.all().where("#asset = any(^depends_on)"))
          .relation("usedBy", Relation.all().where("#is_current and #depends_on && array[^asset]"))
          .relation("lastRun", Relation.on("last_run_id", "run_id"))
          .relation("materializations", Relation.on("asset"));

  private static final Noun MATERIALIZATION =
      Noun.of("Materialization")
          .rows(Pipelines.STEPS)
          .key("run_id", "stage", "asset")
          .hidden("run_id", ColumnType.BIGINT)
          .order("run_id desc")
          .relation("run", Relation.on("run_id"))
          .texts("codeVersion")
          .enums("stage")
          .bigints("inserted", "updated", "deleted", "unchanged")
          .amounts("seconds")
          .instants("materializedAt");

  static final String STEPS =
      """
      select
          run_id, asset, upper(stage collate "C") as stage, inserted, updated, deleted, unchanged,
          round(seconds::numeric, 6) as seconds, code_version, materialized_at, first_order
      from pipeline_run_steps
      """;

  private static final Noun RUN_STEP =
      Noun.of("RunStep")
          .rows(STEPS)
          .key("run_id", "stage", "asset")
          .hidden("run_id", ColumnType.BIGINT)
          .hidden("first_order", ColumnType.INTEGER)
          .order("first_order", "stage", "asset")
          .relation("asset", Relation.on("asset"))
          .enums("stage")
          .bigints("inserted", "updated", "deleted", "unchanged")
          .amounts("seconds");

  private static final Noun RUN =
      Noun.of("Run")
          .rows(
              """
              select
                  run_id, upper(replace(job, '-', '_') collate "C") as job, status, run_trigger as trigger,
                  requested_at, started_at, ended_at,
                  round(extract(epoch from coalesce(ended_at, now()) - started_at), 6) as seconds,
                  cancel_requested_at is not null and status = 'RUNNING' as is_cancelling,
                  is_full, from_date, to_date, reprocess, until_block, operators_total,
                  operators_done, days_total, days_done, rows_written, retry_of,
                  round(
                      case
                          when status in ('SUCCEEDED', 'PARTIAL') then 1
                          when coalesce(days_total, operators_total) = 0 then 1
                          when days_total is null
                              then least(1, operators_done::numeric / operators_total)
                          else least(1, days_done::numeric / days_total)
                      end,
                      6
                  ) as progress,
                  error, substring(error from '^[a-z_]+/([a-z_]+)[.]sql') as error_asset
              from pipeline_runs
              """)
          .key("run_id")
          .node()
          .order("run_id desc")
          .column("number", "run_id", ColumnType.BIGINT)
          .enums("job", "status", "trigger", "reprocess")
          .instants("requestedAt", "startedAt", "endedAt")
          .amounts("seconds", "progress")
          .flags("isCancelling", "isFull")
          .column("from", "from_date", ColumnType.DATE)
          .column("to", "to_date", ColumnType.DATE)
          .hidden("retry_of", ColumnType.BIGINT)
          .relation("retryOf", Relation.on("retry_of", "run_id"))
          .bigints("untilBlock", "rowsWritten")
          .counts("operatorsTotal", "operatorsDone", "daysTotal", "daysDone")
          .relation("steps", Relation.on("run_id"))
          .relation("events", Relation.on("run_id"))
          .relation("operators", Relation.on("run_id"))
          .embedded("error", "error")
          // a run in progress changes without a new data version
          .timeDependent(
              "id",
              "number",
              "job",
              "status",
              "trigger",
              "requestedAt",
              "startedAt",
              "endedAt",
              "seconds",
              "isCancelling",
              "isFull",
              "from",
              "to",
              "reprocess",
              "retryOf",
              "untilBlock",
              "progress",
              "operatorsTotal",
              "operatorsDone",
              "daysTotal",
              "daysDone",
              "rowsWritten",
              "steps",
              "events",
              "operators",
              "error");

  private static final Noun RUN_ERROR =
      Noun.of("RunError")
          .column("message", "error", ColumnType.TEXT)
          .redactedUnlessAdmin("message")
          .relation("asset", Relation.on("error_asset", "asset"));

  private static final Noun RUN_EVENT =
      Noun.of("RunEvent")
          .rows("pipeline_run_events")
          .key("run_id", "event_id")
          .hidden("run_id", ColumnType.BIGINT)
          .hidden("event_id", ColumnType.BIGINT)
          .order("event_id desc")
          .column("at", "happened_at", ColumnType.INSTANT)
          .texts("message", "error", "operatorId")
          .enums("kind")
          .redactedUnlessAdmin("error")
          .dates("day");

  private static final Noun AFFECTED_OPERATOR =
      Noun.of("AffectedOperator")
          .rows(
              """
              select
                  operator_id, run_id, reason, has_changed, error is not null as has_failed, error
              from pipeline_run_operators
              """)
          .key("run_id", "operator_id")
          .hidden("run_id", ColumnType.BIGINT)
          .order("has_failed desc")
          .column("address", "operator_id", ColumnType.TEXT)
          .relation("operator", Relation.on("operator_id"))
          .texts("error")
          .enums("reason")
          .redactedUnlessAdmin("error")
          .flags("hasChanged", "hasFailed");

  private static final Noun SCHEDULE =
      Noun.of("Schedule")
          .rows(
              """
              select
                  schedule.schedule, schedule.cron, schedule.is_enabled, schedule.next_tick_at,
                  tick.tick_at,
                  tick.status as tick_status, tick.attempts, tick.run_id,
                  case when tick.status in ('WAITING', 'FAILED') then tick.not_before end
                      as not_before,
                  case when tick.status <> 'FAILED' then tick.message end as message,
                  case when tick.status = 'FAILED' then tick.message end as error
              from pipeline_schedules as schedule
              left join lateral (
                  select tick_at, status, attempts, not_before, run_id, message
                  from pipeline_ticks
                  where pipeline_ticks.schedule = schedule.schedule
                  order by tick_at desc
                  limit 1
              ) as tick on true
              """)
          .key("schedule")
          .hidden("run_id", ColumnType.BIGINT)
          .column("name", "schedule", ColumnType.TEXT)
          .texts("cron")
          .flags("isEnabled")
          .expression(
              "nextTickAt",
              ColumnType.INSTANT,
              "case when #is_enabled and #next_tick_at > :now then #next_tick_at end")
          .embedded("lastTick", "tick_at");

  private static final Noun TICK =
      Noun.of("ScheduleTick")
          .column("at", "tick_at", ColumnType.INSTANT)
          .column("status", "tick_status", ColumnType.ENUM)
          .counts("attempts")
          .column("nextAttemptAt", "not_before", ColumnType.INSTANT)
          .relation("run", Relation.on("run_id"))
          .texts("message", "error")
          .redactedUnlessAdmin("error");

  static final List<Noun> NOUNS =
      List.of(
          PIPELINE,
          PARTITION_COVERAGE,
          PARTITION_RANGE,
          CHECKPOINT,
          CHAIN_SOURCE,
          CHECK_RESULT,
          ASSET,
          MATERIALIZATION,
          RUN_STEP,
          RUN,
          RUN_ERROR,
          RUN_EVENT,
          AFFECTED_OPERATOR,
          SCHEDULE,
          TICK);

  private Pipelines() {}
}
