-- What has happened, in the order of commits, for those who follow it.

alter table data_version
    add column feed_position bigint not null default 0,
    add column feed_pruned_to bigint not null default 0;
comment on table data_version is 'Counters, updated last in every transaction that raises them: their order is commit order.';
comment on column data_version.version is 'raised when what clients read changes';
comment on column data_version.feed_position is 'position of the newest row of change_feed';
comment on column data_version.feed_pruned_to is 'rows of change_feed up to this position may be gone';

create table change_feed (
    position bigint primary key,
    kind text not null check (kind in ('OPERATOR', 'ANALYTICS', 'EPOCH', 'RUN')),
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
comment on column change_feed.key is 'OPERATOR: operator_id; ANALYTICS: the day; EPOCH: its number; RUN: run_id';
comment on column change_feed.run_id is 'run that did it; null for imports';
comment on column change_feed.day is 'ANALYTICS: UTC day that they are of';
comment on column change_feed.status is 'EPOCH: ADDED or REPLACED; RUN: status of the run then';
comment on column change_feed.done is 'RUN: operators rebuilt by then';
comment on column change_feed.total is 'RUN: operators to be rebuilt; null until known';
create index on change_feed (kind, position);
create index on change_feed (happened_at);
