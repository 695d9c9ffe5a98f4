-- What reading the chain from a node keeps beside the logs. A database that has events_owner is written by this
-- program alone: it made the tables itself, in the embedded database or in an empty one on request.
create table events_owner (
    owner text primary key check (owner = 'operator-analytics'),
    since timestamptz not null default now()
);
insert into events_owner (owner) values ('operator-analytics');
comment on table events_owner is 'Marks a database that operator-analytics made and may write.';

create table chain_progress (
    is_only boolean primary key default true check (is_only),
    network text not null,
    chain_id bigint not null,
    first_block bigint not null,
    read_to bigint not null,
    read_to_hash text,
    finalized_block bigint,
    horizon_block bigint,
    horizon_time bigint,
    reorganisations bigint not null default 0,
    deepest_reorganisation bigint not null default 0,
    fence bigint not null default 0,
    changed_at timestamptz not null default now()
);
comment on table chain_progress is 'How far the chain was read from nodes: moved in the transaction that writes the logs.';
comment on column chain_progress.first_block is 'block from which it was read';
comment on column chain_progress.read_to is 'last block that was read; first_block - 1 before the first';
comment on column chain_progress.read_to_hash is 'its hash; null before the first';
comment on column chain_progress.finalized_block is 'block up to which rows are permanent';
comment on column chain_progress.horizon_block is 'block that the state is to be as of; null until the history is read';
comment on column chain_progress.horizon_time is 'unix seconds, UTC, of that block';
comment on column chain_progress.reorganisations is 'how often blocks that were read left the chain again';
comment on column chain_progress.deepest_reorganisation is 'blocks';
comment on column chain_progress.fence is 'raised by each reader that begins: one that was stopped meanwhile writes nothing more';

-- Rows of these blocks are provisional: they are replaced when the block leaves the chain.
create table provisional_blocks (
    block_number bigint primary key,
    block_hash text not null,
    parent_hash text not null,
    block_timestamp bigint not null
);
comment on table provisional_blocks is 'Blocks that were read and are not final; the event rows of these numbers are provisional.';

-- A strategy emits logs before anything tells that it is a strategy.
create table unplaced_logs (
    block_number bigint not null,
    log_index bigint not null,
    contract_address text not null,
    log text not null,
    primary key (block_number, log_index)
);
create index idx_unplaced_logs_contract on unplaced_logs (contract_address);
comment on table unplaced_logs is 'Logs with the topic of a strategy whose contract is not known as one; taken once it is.';
comment on column unplaced_logs.log is 'JSON, as the node told it';

create table reorganised_operators (
    operator_id text primary key
);
comment on table reorganised_operators is 'Operators whose rows left the chain and whose rebuild is still to be asked for.';
