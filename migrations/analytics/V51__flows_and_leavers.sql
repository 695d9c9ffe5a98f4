-- What moved in and out of operators day by day, what AVSs can slash, and the orders of periods and allocations.

create table operator_strategy_daily_flows (
    operator_id text not null,
    strategy_id text not null,
    day date not null,
    delegated_shares numeric not null,
    deposited_shares numeric not null,
    undelegated_shares numeric not null,
    withdrawn_shares numeric not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, strategy_id, day)
) with (fillfactor = 85);
comment on table operator_strategy_daily_flows is 'Shares that stakers moved in and out of operators, by UTC day. Slashes are no part of it.';
comment on column operator_strategy_daily_flows.delegated_shares is 'base units that came with a delegation';
comment on column operator_strategy_daily_flows.deposited_shares is 'base units that delegated stakers added: deposits, withdrawals completed as shares, validators of pods';
comment on column operator_strategy_daily_flows.undelegated_shares is 'base units that left with an undelegation';
comment on column operator_strategy_daily_flows.withdrawn_shares is 'base units that delegated stakers removed: queued withdrawals, losses of pods';
create index on operator_strategy_daily_flows (day, operator_id, strategy_id);
create index on operator_strategy_daily_flows (strategy_id, day);

create index on operator_delegator_history (undelegated_at);
create index on operator_delegator_history (delegated_block, delegated_log_index);
create index on operator_allocation_daily_snapshots ((split_part(operator_set_id, '-', 1)), snapshot_date);
create index on operator_allocation_daily_snapshots (operator_set_id, snapshot_date);

alter table avs_state add column slashable_usd numeric;
comment on column avs_state.slashable_usd is 'USD that its operator sets can slash, the priced part; 0 when they can slash nothing, null when nothing they can slash has a price';
create index on avs_state (slashable_usd desc nulls last, avs_id desc);
create index on avs_state (slashable_usd, avs_id);

-- the next run rebuilds all operators
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
