-- What is seen of runs from outside: what was asked for, what happened, whom they touched, and the graph of tables.

alter table pipeline_runs
    drop constraint pipeline_runs_status_check,
    add constraint pipeline_runs_status_check
        check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'LOST', 'CANCELLED')),
    alter column started_at drop not null,
    add constraint pipeline_runs_started check (started_at is not null or status in ('QUEUED', 'FAILED', 'SUCCEEDED', 'CANCELLED')),
    add column requested_at timestamptz,
    add column requested_by text,
    add column is_full boolean not null default false,
    add column from_date date,
    add column to_date date,
    add column reprocess text check (reprocess in ('MISSING', 'FAILED', 'ALL')),
    add column retry_of bigint,
    add column cancel_requested_at timestamptz;
comment on column pipeline_runs.status is 'QUEUED: asked for, taken by the next server that is free. LOST: its process ended without a word. CANCELLED: stopped because somebody asked for it';
comment on column pipeline_runs.started_at is 'null while it is queued, and for ever when there was nothing to do';
comment on column pipeline_runs.requested_by is 'name of the key of whoever asked for it; null when nobody did';
comment on column pipeline_runs.is_full is 'whether every operator is rebuilt, changed or not';
comment on column pipeline_runs.from_date is 'first UTC day that was asked for; null for whatever is due';
comment on column pipeline_runs.reprocess is 'which days of the range are taken again; null without one';
comment on column pipeline_runs.retry_of is 'run that this one does again';
comment on column pipeline_runs.cancel_requested_at is 'the run stops at its next batch or day after it';
-- one of a job waits: whoever asks again joins it
create unique index on pipeline_runs (job) where status = 'QUEUED';
create index on pipeline_runs (job, run_id) where status = 'RUNNING';

alter table pipeline_run_steps
    add column code_version text,
    add column materialized_at timestamptz not null default now();
comment on column pipeline_run_steps.code_version is 'of the selects that filled the table; null for runs before there were versions';
comment on column pipeline_run_steps.materialized_at is 'when the run last committed rows of it';
create index on pipeline_run_steps (asset, run_id);
create index on pipeline_run_steps (asset, run_id) where inserted + updated + deleted > 0;

create table pipeline_run_events (
    run_id bigint not null references pipeline_runs on delete cascade,
    event_id bigint generated always as identity,
    kind text not null check (
        kind in (
            'STARTED', 'FOUND', 'WRITTEN', 'DAY_TAKEN', 'DAY_FAILED', 'OPERATOR_FAILED', 'OPERATOR_DRIFTED', 'CHECKED',
            'CHECKPOINT_MOVED', 'CHECKPOINT_LEFT', 'CANCEL_REQUESTED', 'ENDED'
        )
    ),
    message text not null,
    error text,
    operator_id text,
    day date,
    happened_at timestamptz not null,
    primary key (run_id, event_id)
);
comment on table pipeline_run_events is 'What happened in a run, committed with what it tells of.';
comment on column pipeline_run_events.error is 'what went wrong; null when nothing did';
comment on column pipeline_run_events.operator_id is 'operator that it happened to; null when it is not of one';
comment on column pipeline_run_events.day is 'UTC day that it is about; null when it is not of one';

create table pipeline_run_operators (
    run_id bigint not null references pipeline_runs on delete cascade,
    operator_id text not null,
    reason text not null check (
        reason in (
            'WRITTEN', 'TOUCHED', 'MATURED', 'REQUESTED', 'FAILED_BEFORE', 'FULL', 'REVALUED', 'VERIFIED', 'DAY', 'WHOLE_DAY'
        )
    ),
    has_changed boolean,
    error text,
    primary key (run_id, operator_id)
);
comment on table pipeline_run_operators is 'Whom a run touched and why, committed with their rows.';
comment on column pipeline_run_operators.reason is 'WRITTEN: rows that name it came since the last run. TOUCHED: rows that do not name it but belong to it. MATURED: something announced took effect. REQUESTED: asked for. FAILED_BEFORE: tried again. FULL: everybody was asked for. REVALUED: a price or rate changed. VERIFIED: nothing was heard of it, it was its turn. DAY: something happened to it on a day that was taken. WHOLE_DAY: a day was taken without the one before it';
comment on column pipeline_run_operators.has_changed is 'whether any row of it was written; null where days were taken, which are not compared by operator';
comment on column pipeline_run_operators.error is 'why it could not be rebuilt; null when it was';

create table pipeline_assets (
    asset text primary key,
    place integer not null,
    stage text not null,
    code_version text,
    depends_on text[] not null,
    is_current boolean not null
);
comment on table pipeline_assets is 'The tables that the pipeline reads and fills, as the program that wrote last knows them.';
comment on column pipeline_assets.asset is 'table name';
comment on column pipeline_assets.place is 'order in which they are filled';
comment on column pipeline_assets.stage is 'that fills it; source: not filled by a stage';
comment on column pipeline_assets.code_version is 'of the selects that fill it; null for what no select fills';
comment on column pipeline_assets.depends_on is 'tables that those selects read';
comment on column pipeline_assets.is_current is 'false for what an earlier program filled';

alter table pipeline_schedules
    add column cron text;
comment on table pipeline_schedules is 'Schedules of the servers that run them, and which are paused.';
comment on column pipeline_schedules.cron is 'when it is due, in UTC; null when no server that runs schedules has been up';

create table strategy_daily_snapshots (
    strategy_id text not null,
    snapshot_date date not null,
    total_shares numeric not null,
    operator_count integer not null,
    delegator_count integer not null,
    tvs_usd numeric,
    primary key (strategy_id, snapshot_date)
);
comment on table strategy_daily_snapshots is 'Every strategy at the end of each UTC day, over all operators.';
comment on column strategy_daily_snapshots.total_shares is 'base units';
comment on column strategy_daily_snapshots.operator_count is 'operators with shares of it';
comment on column strategy_daily_snapshots.delegator_count is 'delegators that held more than dust in it';
comment on column strategy_daily_snapshots.tvs_usd is 'USD by the prices of the day; null when the day has no price';
create index on strategy_daily_snapshots (snapshot_date);

-- the days that were taken before there was the table
insert into strategy_daily_snapshots
select
    strategy_id,
    snapshot_date,
    sum(shares),
    count(*) filter (where shares > 0),
    sum(delegator_count),
    sum(tvs_usd)
from operator_strategy_daily_snapshots
group by strategy_id, snapshot_date;
