-- Withdrawals and deposits of stakers without an operator. In tables by operator they have the zero address.

alter table queued_withdrawal_shares add column staker_id text;
comment on column queued_withdrawal_shares.staker_id is 'who withdraws';
create index on queued_withdrawal_shares (staker_id);
comment on column queued_withdrawals.operator_id is 'who could be slashed with it; the zero address when the staker had no operator';

create table deposits (
    operator_id text not null,
    block_number bigint not null,
    log_index bigint not null,
    staker_id text not null,
    strategy_id text not null,
    shares numeric not null,
    deposited_at timestamptz not null,
    transaction_hash text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, block_number, log_index)
) with (fillfactor = 85);
comment on table deposits is 'Shares that stakers added: by deposits, by withdrawals completed as shares, by pods.';
comment on column deposits.operator_id is 'whom the staker was delegated to; the zero address when it was delegated to none';
comment on column deposits.shares is 'base units of the strategys token';
create index on deposits (block_number, log_index, operator_id);
create index on deposits (staker_id, block_number, log_index);
create index on deposits (strategy_id, block_number, log_index);
-- the table replaces the reads that this index served
drop index operator_activity_staker_id_block_number_log_index_idx;

create table stakers (
    staker_id text primary key,
    first_block bigint not null,
    first_seen_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table stakers is 'Stakers that deposited, withdrew or have a pod, with an operator or without.';
comment on column stakers.first_block is 'block of the first such event';
comment on column stakers.first_seen_at is 'time of that block';

create table staker_requests (
    staker_id text primary key,
    requested_at timestamptz not null,
    attempts integer not null default 0,
    not_before timestamptz not null,
    last_error text
);
comment on table staker_requests is 'Stakers to be rebuilt though no event names them: their events were deleted, or their last rebuild failed.';
comment on column staker_requests.attempts is 'failed rebuilds';
comment on column staker_requests.last_error is 'of the last failed rebuild; null when none failed';

-- the next run rebuilds all operators and stakers
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
