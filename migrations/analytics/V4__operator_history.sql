-- What operators did, with whom, and on which terms.

-- of the protocol as a whole

create table commission_defaults (
    set_block bigint not null,
    set_log_index bigint not null,
    set_at timestamptz not null,
    bips integer not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (set_block, set_log_index)
);
comment on table commission_defaults is 'The rates that hold where an operator set none; 1000 bips before the first.';
comment on column commission_defaults.bips is 'bips: what the operator keeps of 10000';

create table operator_sets (
    operator_set_id text primary key,
    avs_id text not null,
    number bigint not null,
    created_at timestamptz,
    redistribution_recipient text,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table operator_sets is 'Every operator set that any event names.';
comment on column operator_sets.operator_set_id is '<avs address>-<number>';
comment on column operator_sets.created_at is 'null when no event tells of its creation';
comment on column operator_sets.redistribution_recipient is 'who receives what is slashed; null when it is burned';
create index on operator_sets (avs_id);

create table operator_set_strategies (
    operator_set_id text not null,
    strategy_id text not null,
    added_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_set_id, strategy_id)
);
comment on table operator_set_strategies is 'The strategies whose stake an operator set can slash.';

create table avs (
    avs_id text primary key,
    metadata_uri text,
    registrar text,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table avs is 'Every AVS that any event names.';
comment on column avs.registrar is 'contract that is asked when operators join or leave; null when none was set';

-- of each operator

create table operator_registration (
    operator_id text primary key,
    registered_block bigint not null,
    registered_log_index bigint not null,
    registered_at timestamptz not null,
    transaction_hash text not null,
    delegation_approver text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table operator_registration is 'The OperatorRegistered event of each operator that has one.';
comment on column operator_registration.delegation_approver is 'as it was at registration; the zero address lets anyone delegate';

create table operator_approver_history (
    operator_id text not null,
    set_block bigint not null,
    set_log_index bigint not null,
    set_at timestamptz not null,
    delegation_approver text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, set_block, set_log_index)
);
comment on table operator_approver_history is 'Who had to agree to delegations, and since when.';

create table operator_metadata_history (
    operator_id text not null,
    set_block bigint not null,
    set_log_index bigint not null,
    set_at timestamptz not null,
    metadata_uri text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, set_block, set_log_index)
);
comment on table operator_metadata_history is 'Where an operator said its description is to be found, and since when.';

create table operator_avs_registration_history (
    operator_id text not null,
    avs_id text not null,
    operator_set_id text not null,
    registered_block bigint not null,
    registered_log_index bigint not null,
    registered_at timestamptz not null,
    unregistered_block bigint,
    unregistered_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, avs_id, operator_set_id, registered_block, registered_log_index)
) with (fillfactor = 85);
comment on table operator_avs_registration_history is 'The periods in which an operator served an AVS, by either path.';
comment on column operator_avs_registration_history.operator_set_id is '<avs address>-<number>; empty for a registration with the AVS directory';
comment on column operator_avs_registration_history.unregistered_block is 'block; null while the period lasts';
create index on operator_avs_registration_history (avs_id);

create table operator_commission_history (
    operator_id text not null,
    commission_kind text not null check (commission_kind in ('PI', 'AVS', 'OPERATOR_SET')),
    subject_id text not null,
    set_block bigint not null,
    set_log_index bigint not null,
    set_at timestamptz not null,
    activates_at timestamptz not null,
    old_bips integer not null,
    new_bips integer not null,
    caller text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, commission_kind, subject_id, set_block, set_log_index)
);
comment on table operator_commission_history is 'Every change of a commission rate.';
comment on column operator_commission_history.subject_id is 'AVS address or <avs address>-<number>; empty for PI, the programmatic incentives';
comment on column operator_commission_history.old_bips is 'bips: what the operator keeps of 10000';
comment on column operator_commission_history.new_bips is 'bips: what the operator keeps of 10000';

create table operator_commission_rates (
    operator_id text not null,
    commission_kind text not null check (commission_kind in ('PI', 'AVS', 'OPERATOR_SET')),
    subject_id text not null,
    current_bips integer not null,
    is_default boolean not null,
    upcoming_bips integer,
    activates_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, commission_kind, subject_id)
) with (fillfactor = 85);
comment on table operator_commission_rates is 'The rate in force for programmatic incentives, for each AVS and operator set served or ever given a rate.';
comment on column operator_commission_rates.subject_id is 'AVS address or <avs address>-<number>; empty for PI';
comment on column operator_commission_rates.current_bips is 'bips: what the operator keeps of 10000';
comment on column operator_commission_rates.is_default is 'whether the protocol''s default is in force';
comment on column operator_commission_rates.upcoming_bips is 'bips, in force from activates_at; null when no change is announced';

create table operator_slashing_amounts (
    operator_id text not null,
    transaction_hash text not null,
    log_index bigint not null,
    strategy_id text not null,
    wad_slashed numeric not null,
    shares numeric,
    cumulative_wad_slashed numeric not null,
    slashed_usd numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, transaction_hash, log_index, strategy_id)
);
comment on table operator_slashing_amounts is 'What each slash took of each strategy.';
comment on column operator_slashing_amounts.wad_slashed is 'wad: part of the operator''s whole delegated stake in the strategy';
comment on column operator_slashing_amounts.shares is 'base units, the withdrawal queue included; 0 for a slash of nothing, null when the source has no row of it';
comment on column operator_slashing_amounts.cumulative_wad_slashed is 'wad: 1 less the product of what every slash so far left';
comment on column operator_slashing_amounts.slashed_usd is 'USD at the last quote before the slash, rounded to 18 decimals; null when there was none or shares are unknown';

create table queued_withdrawals (
    operator_id text not null,
    withdrawal_root text not null,
    staker_id text not null,
    withdrawer text not null,
    nonce numeric not null,
    start_block bigint not null,
    strategies text[] not null,
    shares numeric[] not null,
    queued_block bigint not null,
    queued_at timestamptz not null,
    completed_block bigint,
    completed_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, withdrawal_root)
) with (fillfactor = 85);
comment on table queued_withdrawals is 'Shares on their way out: they left the operator when they were queued.';
comment on column queued_withdrawals.start_block is 'block from which the delay counts';
comment on column queued_withdrawals.shares is 'base units, paired with strategies by position';
comment on column queued_withdrawals.completed_at is 'null while it waits';
create index on queued_withdrawals (staker_id);

create table operator_activity (
    operator_id text not null,
    block_number bigint not null,
    log_index bigint not null,
    transaction_hash text not null,
    activity_type text not null,
    happened_at timestamptz not null,
    staker_id text,
    strategy_id text,
    avs_id text,
    operator_set_id text,
    amount numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, block_number, log_index)
);
comment on table operator_activity is 'Everything that an operator did or that was done to it, one row an event.';
comment on column operator_activity.amount is 'by type: base units of shares, wads of magnitude, bips of commission, blocks of delay; null where nothing is counted';

alter table operator_allocations
    add column is_slashable boolean not null default false,
    add column slashable_shares numeric not null default 0,
    add column slashable_usd numeric;
comment on column operator_allocations.is_slashable is 'allocated, the strategy is in the set, and the operator is in it or left within the deallocation delay';
comment on column operator_allocations.slashable_shares is 'base units: operator shares * current / maximum magnitude, rounded down; 0 when not slashable';
comment on column operator_allocations.slashable_usd is 'USD, rounded to 18 decimals; null when the strategy has no price';
create index on operator_allocations (operator_set_id);

-- summed over operators

create table operator_set_state (
    operator_set_id text primary key,
    member_count integer not null,
    slashable_usd numeric not null,
    delegated_usd numeric not null,
    unpriced_strategy_count integer not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on column operator_set_state.member_count is 'operators in it now';
comment on column operator_set_state.slashable_usd is 'USD that it can slash, the priced part';
comment on column operator_set_state.delegated_usd is 'USD delegated to its members in its strategies, the priced part';
comment on column operator_set_state.unpriced_strategy_count is 'of its strategies, left out of the sums';

create table avs_state (
    avs_id text primary key,
    operator_count integer not null,
    ever_operator_count integer not null,
    operator_set_count integer not null,
    delegated_usd numeric not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on column avs_state.operator_count is 'operators registered with it now, by either path';
comment on column avs_state.ever_operator_count is 'operators that were ever registered with it';
comment on column avs_state.delegated_usd is 'USD delegated to those operators in all strategies, the priced part';
create index on avs_state (operator_count desc, avs_id);
create index on avs_state (delegated_usd desc, avs_id);

alter table pipeline_checkpoints add column safe_at timestamptz;
comment on column pipeline_checkpoints.safe_at is 'instant of safe_block: what takes effect at a time has done so when it is not later';
