-- What the pipeline knows of itself: where it is, what it did, what it refused.

create table pipeline_checkpoints (
    pipeline_name text primary key,
    last_processed_at timestamptz,
    head_block bigint,
    safe_block bigint,
    guarantee text check (guarantee in ('NO_LOSS', 'BOUNDED_BY_BUFFER')),
    fence bigint not null default 0,
    revision bigint not null default 0
);
comment on table pipeline_checkpoints is 'How far the events database has been read. Set last_processed_at back to read from there again.';
comment on column pipeline_checkpoints.last_processed_at is 'instant: every source row written before it has been seen';
comment on column pipeline_checkpoints.head_block is 'greatest event block seen';
comment on column pipeline_checkpoints.safe_block is 'block that the state is as of';
comment on column pipeline_checkpoints.fence is 'raised by every run that starts; an older run that wakes late finds it changed and writes nothing';
comment on column pipeline_checkpoints.revision is 'raised by every update, ours or by hand';

create function raise_checkpoint_revision() returns trigger language plpgsql as $$
begin
    new.revision := old.revision + 1;
    return new;
end
$$;
create trigger raise_revision before update on pipeline_checkpoints
    for each row execute function raise_checkpoint_revision();

create table data_version (
    only_row boolean primary key default true check (only_row),
    version bigint not null,
    changed_at timestamptz not null
);
comment on table data_version is 'One counter, updated last in every transaction that changes what clients read: its order is commit order.';
insert into data_version (version, changed_at) values (0, now());

create table pipeline_runs (
    run_id bigint generated always as identity primary key,
    job text not null,
    run_trigger text not null check (run_trigger in ('SCHEDULE', 'COMMAND', 'ADMIN', 'START')),
    status text not null check (status in ('RUNNING', 'SUCCEEDED', 'FAILED', 'LOST')),
    fence bigint not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    until_block bigint,
    operators_total integer,
    operators_done integer not null default 0,
    error text
);
comment on column pipeline_runs.until_block is 'block that the rebuilt state is as of';
comment on column pipeline_runs.operators_total is 'operators found changed; null until known';
create index on pipeline_runs (started_at);

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
    primary key (run_id, stage, asset)
);
comment on table pipeline_run_steps is 'What a run did to each table, over all its batches.';
comment on column pipeline_run_steps.asset is 'table name';

create table pipeline_requests (
    operator_id text primary key,
    reason text not null,
    requested_at timestamptz not null,
    attempts integer not null default 0,
    not_before timestamptz not null,
    last_error text
);
comment on table pipeline_requests is 'Operators to be rebuilt though no event names them: asked for, or failed and to be tried again.';

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
