-- Where the pipeline stands, what it has to do, and what it did.

create table data_version (
    only_row boolean primary key default true check (only_row),
    version bigint not null,
    changed_at timestamptz not null,
    feed_position bigint not null default 0,
    feed_pruned_to bigint not null default 0,
    is_filling boolean not null default false,
    epoch bigint not null default 0,
    history text not null default ''
);
comment on table data_version is 'Counters, updated last in every transaction that raises them: their order is commit order.';
comment on column data_version.version is 'raised when what clients read changes';
comment on column data_version.feed_position is 'position of the newest row of change_feed';
comment on column data_version.feed_pruned_to is 'rows of change_feed up to this position may be gone';
comment on column data_version.is_filling is 'whether days of a demo are still being taken: charts, analytics and totals of the past are incomplete';
comment on column data_version.epoch is 'Raised by the first write after a restore or a promotion, to the milliseconds since 1970. Versions of different epochs cannot be compared.';
comment on column data_version.history is 'Cluster, timeline, database and table that the last write was to; another value raises epoch';

create function data_version_epoch() returns trigger
language plpgsql as $$
begin
    begin
        new.history := concat_ws(
            '/',
            (select system_identifier from pg_control_system()),
            substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
            (select oid from pg_database where datname = current_database()),
            tg_relid);
    exception when insufficient_privilege or feature_not_supported or undefined_function then
        -- a service that hides its clusters: a restore there makes another database or table
        new.history := concat_ws(
            '/', (select oid from pg_database where datname = current_database()), tg_relid);
    end;
    if new.history <> old.history then
        new.epoch := greatest(old.epoch + 1, floor(extract(epoch from clock_timestamp()) * 1000)::bigint);
    end if;
    return new;
end;
$$;
comment on function data_version_epoch() is 'Raises data_version.epoch when the row is of another history than this database.';

create trigger data_version_epoch before update on data_version
for each row execute function data_version_epoch();

create table pipeline_checkpoints (
    pipeline_name text primary key,
    last_processed_at timestamptz,
    head_block bigint,
    safe_block bigint,
    guarantee text check (guarantee in ('NO_LOSS', 'BOUNDED_BY_BUFFER')),
    fence bigint not null default 0,
    revision bigint not null default 0,
    safe_at timestamptz,
    is_final boolean
);
comment on table pipeline_checkpoints is 'How far the events database has been read. Set last_processed_at back to read from there again.';
comment on column pipeline_checkpoints.last_processed_at is 'instant: every source row written before it has been seen';
comment on column pipeline_checkpoints.head_block is 'greatest event block seen';
comment on column pipeline_checkpoints.safe_block is 'block that the state is as of';
comment on column pipeline_checkpoints.fence is 'raised by every run that starts; an older run that wakes late finds it changed and writes nothing';
comment on column pipeline_checkpoints.revision is 'raised by every update, ours or by hand';
comment on column pipeline_checkpoints.safe_at is 'instant of safe_block: what takes effect at a time has done so when it is not later';
comment on column pipeline_checkpoints.is_final is 'whether safe_block was final; null where no node tells';

create function raise_checkpoint_revision() returns trigger language plpgsql as $$
begin
    new.revision := old.revision + 1;
    return new;
end
$$;

create trigger raise_revision before update on pipeline_checkpoints
    for each row execute function raise_checkpoint_revision();

create table pipeline_requests (
    operator_id text primary key,
    reason text not null,
    requested_at timestamptz not null,
    attempts integer not null default 0,
    not_before timestamptz not null,
    last_error text
);
comment on table pipeline_requests is 'Operators to be rebuilt though no event names them: asked for, or failed and to be tried again.';

create table pipeline_runs (
    run_id bigint generated always as identity primary key,
    job text not null,
    run_trigger text not null check (run_trigger in ('SCHEDULE', 'COMMAND', 'ADMIN', 'START', 'CHAIN')),
    status text not null check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'LOST', 'CANCELLED')),
    fence bigint not null,
    started_at timestamptz,
    ended_at timestamptz,
    until_block bigint,
    operators_total integer,
    operators_done integer not null default 0,
    error text,
    drifted_operators text[] not null default '{}',
    days_total integer,
    days_done integer not null default 0,
    requested_at timestamptz,
    requested_by text,
    is_full boolean not null default false,
    from_date date,
    to_date date,
    reprocess text check (reprocess in ('MISSING', 'FAILED', 'ALL')),
    retry_of bigint,
    cancel_requested_at timestamptz,
    rows_written bigint not null default 0,
    constraint pipeline_runs_started check (started_at is not null or status in ('QUEUED', 'FAILED', 'SUCCEEDED', 'CANCELLED'))
);
comment on column pipeline_runs.status is 'QUEUED: asked for, taken by the next server that is free. PARTIAL: done, but for the operators that error names. LOST: its process ended without a word. CANCELLED: stopped because somebody asked for it';
comment on column pipeline_runs.started_at is 'null while it is queued, and for ever when there was nothing to do';
comment on column pipeline_runs.until_block is 'block that the rebuilt state is as of';
comment on column pipeline_runs.operators_total is 'operators found changed; null until known';
comment on column pipeline_runs.drifted_operators is 'operators whose stored state differed though no event said so: rows of the source were deleted or rewritten unseen';
comment on column pipeline_runs.days_total is 'UTC days that the run is to take; null for a run that takes none';
comment on column pipeline_runs.requested_by is 'name of the key of whoever asked for it; null when nobody did';
comment on column pipeline_runs.is_full is 'whether every operator is rebuilt, changed or not';
comment on column pipeline_runs.from_date is 'first UTC day that was asked for; null for whatever is due';
comment on column pipeline_runs.reprocess is 'which days of the range are taken again; null without one';
comment on column pipeline_runs.retry_of is 'run that this one does again';
comment on column pipeline_runs.cancel_requested_at is 'the run stops at its next batch or day after it';
comment on column pipeline_runs.rows_written is 'rows that its steps inserted, updated and deleted';
create index on pipeline_runs (started_at);

-- one of a job waits: whoever asks again joins it
create unique index on pipeline_runs (job) where status = 'QUEUED';
create index on pipeline_runs (job, run_id) where status = 'RUNNING';

create table pipeline_run_steps (
    run_id bigint not null references pipeline_runs on delete cascade,
    asset text not null,
    stage text not null,
    first_order integer not null,
    inserted bigint not null,
    updated bigint not null,
    deleted bigint not null,
    unchanged bigint not null,
    seconds double precision not null,
    code_version text,
    materialized_at timestamptz not null default now(),
    primary key (run_id, stage, asset)
);
comment on table pipeline_run_steps is 'What a run did to each table, over all its batches.';
comment on column pipeline_run_steps.asset is 'table name';
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
create index on pipeline_run_operators (run_id, (error is not null), operator_id);

create table pipeline_blocked_operators (
    check_name text not null,
    operator_id text not null,
    primary key (check_name, operator_id)
);
comment on table pipeline_blocked_operators is 'Operators that break a blocking check: days leave them out until they pass.';

create table pipeline_partitions (
    stage text not null check (stage in ('snapshot', 'analytics')),
    partition_date date not null,
    status text not null check (status in ('DONE', 'STALE', 'FAILED')),
    run_id bigint,
    until_block bigint,
    seen_until timestamptz,
    taken_at timestamptz not null,
    seconds double precision not null,
    error text,
    stale_reason text check (
        stale_reason in ('EVENTS_ADDED', 'QUOTES_CHANGED', 'OPERATORS_CORRECTED', 'DAY_RETAKEN', 'REWARDS_CHANGED')
    ),
    primary key (stage, partition_date)
);
comment on table pipeline_partitions is 'Which days are there; a day without a row is missing.';
comment on column pipeline_partitions.status is 'STALE: something arrived since that belongs to it, it will be taken again. FAILED: the last attempt ended with error';
comment on column pipeline_partitions.until_block is 'last block of the day';
comment on column pipeline_partitions.seen_until is 'instant: every source row written before it was seen';
comment on column pipeline_partitions.taken_at is 'when it was last tried';
comment on column pipeline_partitions.seconds is 'how long that took';
comment on column pipeline_partitions.stale_reason is 'what changed first since it was taken; null when nothing did, or when the day was marked by hand';
create index on pipeline_partitions (stage) where status <> 'DONE';

create table pipeline_assets (
    asset text primary key,
    place integer not null,
    stage text not null,
    code_version text,
    depends_on text[] not null,
    is_current boolean not null,
    last_run_id bigint,
    filled_run_id bigint,
    filled_code_version text,
    changed_run_id bigint,
    upstream_run_id bigint
);
comment on table pipeline_assets is 'The tables that the pipeline reads and fills, as the program that wrote last knows them.';
comment on column pipeline_assets.asset is 'table name';
comment on column pipeline_assets.place is 'order in which they are filled';
comment on column pipeline_assets.stage is 'that fills it; source: not filled by a stage';
comment on column pipeline_assets.code_version is 'of the selects that fill it; null for what no select fills';
comment on column pipeline_assets.depends_on is 'tables that those selects read';
comment on column pipeline_assets.is_current is 'false for what an earlier program filled';
comment on column pipeline_assets.last_run_id is 'newest run that updated it; null before the first';
comment on column pipeline_assets.filled_run_id is 'newest run of the stage that fills it';
comment on column pipeline_assets.filled_code_version is 'of the selects of that run';
comment on column pipeline_assets.changed_run_id is 'newest run that changed rows of it';
comment on column pipeline_assets.upstream_run_id is 'newest run that changed rows of a table that it depends on';

create table pipeline_schedules (
    schedule text primary key,
    is_enabled boolean not null,
    changed_at timestamptz not null,
    cron text,
    cron_since timestamptz,
    next_tick_at timestamptz
);
comment on table pipeline_schedules is 'Schedules of the servers that run them, and which are paused.';
comment on column pipeline_schedules.cron is 'when it is due, in UTC; null when no server that runs schedules has been up';
comment on column pipeline_schedules.cron_since is 'instant: ticks of the cron line before it were never due; null when the line never changed';
comment on column pipeline_schedules.next_tick_at is 'instant of the next tick; in the past when no server runs the schedule any more';

create table pipeline_ticks (
    schedule text not null,
    tick_at timestamptz not null,
    status text not null check (status in ('WAITING', 'DONE', 'FAILED', 'MISSED')),
    attempts integer not null,
    not_before timestamptz not null,
    run_id bigint,
    message text,
    changed_at timestamptz not null,
    primary key (schedule, tick_at)
);
comment on table pipeline_ticks is 'When schedules were due, each once however many servers there are.';
comment on column pipeline_ticks.status is 'WAITING: not run yet, or what it needs is not there. FAILED: will be tried again. MISSED: a later one came first and did its work';
comment on column pipeline_ticks.not_before is 'instant of the next attempt';
comment on column pipeline_ticks.message is 'why it waits or failed';

create table change_feed (
    position bigint primary key,
    kind text not null check (kind in ('OPERATOR', 'ANALYTICS', 'EPOCH', 'RUN', 'ALERT', 'ROOT')),
    key text not null,
    run_id bigint,
    day date,
    status text,
    done integer,
    total integer,
    happened_at timestamptz not null
);
comment on table change_feed is 'One row per thing that changed. Positions follow the order of commits without a hole: who has read up to one has missed nothing below it.';
comment on column change_feed.position is 'from data_version.feed_position, never from a sequence, whose order is not that of commits';
comment on column change_feed.key is 'OPERATOR: operator_id; ANALYTICS: the day; EPOCH: its number; RUN: run_id; ALERT: alert_id; ROOT: root_index';
comment on column change_feed.run_id is 'run that did it; null for imports';
comment on column change_feed.day is 'ANALYTICS: UTC day that they are of; ROOT: first UTC day whose rewards are not in the tree';
comment on column change_feed.status is 'EPOCH: ADDED or REPLACED; RUN: status of the run then; ALERT: rule_id; ROOT: PUBLISHED or DISABLED';
comment on column change_feed.done is 'RUN: operators rebuilt by then';
comment on column change_feed.total is 'RUN: operators to be rebuilt; null until known';
create index on change_feed (kind, position);
create index on change_feed (happened_at);

create table list_counts (
    list text primary key,
    row_count bigint not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table list_counts is 'Rows of the lists over all operators, counted with the sums over all operators.';
comment on column list_counts.list is 'field of the query type';
comment on column list_counts.row_count is 'rows of the list without a filter';

create table import_rejects (
    file text not null,
    line bigint not null,
    field text not null,
    raw text not null,
    reason text not null,
    rejected_at timestamptz not null,
    primary key (file, line, field)
);
comment on table import_rejects is 'Input that was refused, as it came.';
comment on column import_rejects.line is 'counted from 1';
comment on column import_rejects.raw is 'at most 4,000 characters of the refused text';
create index on import_rejects (rejected_at);

create view state_block as select max(safe_block) as block from pipeline_checkpoints;
comment on view state_block is 'The last block that the state counts; null before the first run.';

create function standby_lag_seconds() returns double precision
language plpgsql stable parallel restricted as $$
begin
    if not pg_is_in_recovery() then
        return null;
    end if;
    -- connected and all that arrived is replayed: nothing is missing, even when the last commit is old
    if pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
        and exists (select from pg_stat_wal_receiver)
    then
        return 0;
    end if;
    -- after a restart without a commit, the last checkpoint
    return extract(epoch from clock_timestamp() - coalesce(
        pg_last_xact_replay_timestamp(), (select checkpoint_time from pg_control_checkpoint())));
end;
$$;
comment on function standby_lag_seconds() is 'Seconds that this standby can be behind its primary; null on a primary.';

insert into data_version (version, changed_at) values (0, now());

update data_version set version = version;
