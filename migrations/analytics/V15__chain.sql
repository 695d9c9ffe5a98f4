-- What this program knows of the chain when it reads from nodes itself.

-- Where events come from when this program reads the chain from nodes itself.
create table chain_source (
    is_only boolean primary key default true check (is_only),
    network text not null,
    chain_id bigint not null,
    horizon text not null,
    status text not null check (status in ('READING_HISTORY', 'FOLLOWING', 'FAILING')),
    error text,
    first_block bigint not null,
    head_block bigint,
    head_at timestamptz,
    safe_head_block bigint,
    safe_head_at timestamptz,
    finalized_head_block bigint,
    finalized_head_at timestamptz,
    read_block bigint,
    read_block_at timestamptz,
    logs bigint not null default 0,
    logs_per_second numeric,
    seconds_left numeric,
    reorganisations bigint not null default 0,
    deepest_reorganisation bigint not null default 0,
    requests bigint not null default 0,
    checked_at timestamptz not null default now()
);
comment on table chain_source is 'The chain as its node last told of it, and how far it was read.';
comment on column chain_source.horizon is 'up to where the state follows: latest-k, safe or finalized';
comment on column chain_source.error is 'why the last round failed; null when it did not';
comment on column chain_source.read_block is 'last block whose logs are stored';
comment on column chain_source.logs is 'logs stored since the server began to read';
comment on column chain_source.logs_per_second is 'while history is read; null otherwise';
comment on column chain_source.seconds_left is 'until the history is read, by the speed so far; null when it is not known';
comment on column chain_source.requests is 'calls to nodes since the server began to read';
comment on column chain_source.checked_at is 'when the node last told';

create table chain_lost_logs (
    block_number bigint not null,
    log_index bigint not null,
    node text not null,
    found_at timestamptz not null default now(),
    primary key (block_number, log_index)
);
comment on table chain_lost_logs is 'Logs that a node left out of eth_getLogs though the receipts of their block hold them.';
comment on column chain_lost_logs.node is 'its URL without keys';

create table chain_days (
    day date primary key,
    block_number bigint not null,
    block_at timestamptz not null,
    asked text[] not null default '{}'
);
comment on table chain_days is 'The last final block of each UTC day, and the contracts whose rate was read there.';
comment on column chain_days.block_number is 'blocks';
comment on column chain_days.asked is 'strategies and tokens: lower-case addresses; a contract need not have answered';
