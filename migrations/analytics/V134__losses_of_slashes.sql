-- What each slash took of each delegator.

create table operator_slash_losses (
    operator_id text not null,
    transaction_hash text not null,
    log_index bigint not null,
    strategy_id text not null,
    staker_id text not null,
    shares_before numeric,
    shares_lost numeric,
    queued_before numeric,
    queued_lost numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, transaction_hash, log_index, strategy_id, staker_id)
) with (fillfactor = 85);
create index on operator_slash_losses (staker_id);
comment on table operator_slash_losses is 'What each slash took of each delegator of the operator.';
comment on column operator_slash_losses.shares_before is 'base units that it held before the slash; null when a part of its history is missing';
comment on column operator_slash_losses.shares_lost is 'base units that the slash took of them; null like shares_before';
comment on column operator_slash_losses.queued_before is 'base units in its slashable withdrawals before the slash; null when their scaled shares are not known';
comment on column operator_slash_losses.queued_lost is 'base units that the slash took of them; null like queued_before';

-- the next run rebuilds all operators
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
