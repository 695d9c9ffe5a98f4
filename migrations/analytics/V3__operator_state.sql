-- What every operator looks like now. Rebuilt whole, operator by operator, from its full history.
-- updated_at, updated_at_block: when the row last changed, and the block that change is as of.

create table operators (
    operator_id text primary key,
    registered_at timestamptz not null,
    is_registration_inferred boolean not null,
    delegation_approver text,
    is_permissioned boolean,
    metadata_uri text,
    first_activity_at timestamptz not null,
    last_activity_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on column operators.registered_at is 'instant of OperatorRegistered, or of the first event when is_registration_inferred';
comment on column operators.is_permissioned is 'whether a delegation approver must agree; null when no event said';

create table operator_metadata (
    operator_id text primary key,
    name text,
    description text,
    website text,
    logo text,
    twitter text,
    updated_at timestamptz not null
);
comment on table operator_metadata is 'What operators say of themselves.';

create table avs_metadata (
    avs_id text primary key,
    name text,
    description text,
    website text,
    logo text,
    twitter text,
    updated_at timestamptz not null
);
comment on table avs_metadata is 'What AVSs say of themselves.';

create table operator_delegator_history (
    operator_id text not null,
    staker_id text not null,
    delegated_block bigint not null,
    delegated_log_index bigint not null,
    delegated_at timestamptz not null,
    undelegated_block bigint,
    undelegated_log_index bigint,
    undelegated_at timestamptz,
    was_forced boolean not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id, delegated_block, delegated_log_index)
) with (fillfactor = 85);
comment on table operator_delegator_history is 'The periods in which a staker was delegated to an operator.';
comment on column operator_delegator_history.undelegated_block is 'block; null while the period lasts';
comment on column operator_delegator_history.was_forced is 'whether the operator or its approver ended it';
create index on operator_delegator_history (staker_id);

create table operator_delegator_shares (
    operator_id text not null,
    staker_id text not null,
    strategy_id text not null,
    id text generated always as (operator_id || '-' || staker_id || '-' || strategy_id) stored,
    shares numeric not null,
    is_dust boolean not null,
    tvs_usd numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id, strategy_id)
) with (fillfactor = 85);
comment on table operator_delegator_shares is 'What each delegator holds at its operator now; those that left have no row.';
comment on column operator_delegator_shares.shares is 'base units of the strategy''s underlying token';
comment on column operator_delegator_shares.is_dust is 'no more than the rounding that a slash leaves behind';
comment on column operator_delegator_shares.tvs_usd is 'USD, rounded to 18 decimals; null when the strategy has no price';
create index on operator_delegator_shares (staker_id);

create table operator_delegators (
    operator_id text not null,
    staker_id text not null,
    is_delegated boolean not null,
    is_active boolean not null,
    delegated_at timestamptz,
    undelegated_at timestamptz,
    strategy_count integer not null,
    tvs_usd numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id)
) with (fillfactor = 85);
comment on table operator_delegators is 'Every staker that ever delegated to the operator.';
comment on column operator_delegators.is_active is 'delegated now and holding more than dust';
comment on column operator_delegators.delegated_at is 'start of the latest period; null when only its shares show that it is delegated';
comment on column operator_delegators.strategy_count is 'strategies it holds shares of';
comment on column operator_delegators.tvs_usd is 'USD, the priced part; null when nothing it holds has a price';
create index on operator_delegators (staker_id) where is_delegated;

create table operator_strategy_shares (
    operator_id text not null,
    strategy_id text not null,
    shares numeric not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, strategy_id)
) with (fillfactor = 85);
comment on column operator_strategy_shares.shares is 'base units delegated to the operator, slashes included';

create table operator_strategy_magnitudes (
    operator_id text not null,
    strategy_id text not null,
    max_magnitude numeric not null,
    last_encumbered_magnitude numeric not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, strategy_id)
) with (fillfactor = 85);
comment on column operator_strategy_magnitudes.max_magnitude is 'wad; 10^18 until a slash lowers it';
comment on column operator_strategy_magnitudes.last_encumbered_magnitude is 'wad, as the last event wrote it; the contract writes late, so never below the magnitude in effect';

create table operator_allocations (
    operator_id text not null,
    operator_set_id text not null,
    strategy_id text not null,
    current_magnitude numeric not null,
    pending_magnitude numeric,
    pending_effect_block bigint,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, operator_set_id, strategy_id)
) with (fillfactor = 85);
comment on column operator_allocations.current_magnitude is 'wad, in force';
comment on column operator_allocations.pending_magnitude is 'wad, in force from pending_effect_block; null when nothing is pending';

create table operator_avs_relationships (
    operator_id text not null,
    avs_id text not null,
    is_registered boolean not null,
    is_registered_with_directory boolean not null,
    operator_set_count integer not null,
    registered_at timestamptz not null,
    unregistered_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, avs_id)
) with (fillfactor = 85);
comment on table operator_avs_relationships is 'Every AVS the operator ever registered with, by the AVS directory or through operator sets.';
comment on column operator_avs_relationships.operator_set_count is 'operator sets of the AVS it is in now';
comment on column operator_avs_relationships.registered_at is 'first registration by either path';
comment on column operator_avs_relationships.unregistered_at is 'when it last left both paths; null while registered';
create index on operator_avs_relationships (avs_id);

create table operator_slashing_incidents (
    operator_id text not null,
    transaction_hash text not null,
    log_index bigint not null,
    operator_set_id text not null,
    slashed_block bigint not null,
    slashed_at timestamptz not null,
    description text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, transaction_hash, log_index)
) with (fillfactor = 85);
comment on table operator_slashing_incidents is 'Every slash; two in one transaction are two.';

create table operator_strategy_state (
    operator_id text not null,
    strategy_id text not null,
    id text generated always as (operator_id || '-' || strategy_id) stored,
    shares numeric not null,
    max_magnitude numeric not null,
    encumbered_magnitude numeric not null,
    allocatable_magnitude numeric not null,
    utilization_rate numeric,
    delegator_count integer not null,
    tvs_usd numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, strategy_id)
) with (fillfactor = 85);
comment on column operator_strategy_state.shares is 'base units delegated to the operator, slashes included';
comment on column operator_strategy_state.max_magnitude is 'wad';
comment on column operator_strategy_state.encumbered_magnitude is 'wad, in effect: the sum over operator sets of the greater of current and pending';
comment on column operator_strategy_state.allocatable_magnitude is 'wad, maximum less encumbered';
comment on column operator_strategy_state.utilization_rate is '0..1, encumbered by maximum, rounded to 18 decimals; null when the maximum is 0';
comment on column operator_strategy_state.delegator_count is 'delegators that hold more than dust in it';
comment on column operator_strategy_state.tvs_usd is 'USD, from the operator''s shares, rounded to 18 decimals; null when the strategy has no price';
create index on operator_strategy_state (strategy_id);

create table operator_current_state (
    operator_id text primary key,
    name text,
    is_active boolean not null,
    is_permissioned boolean,
    registered_at timestamptz not null,
    is_registration_inferred boolean not null,
    first_activity_at timestamptz not null,
    last_activity_at timestamptz not null,
    active_avs_count integer not null,
    registered_avs_count integer not null,
    active_operator_set_count integer not null,
    active_delegators integer not null,
    delegated_stakers integer not null,
    total_delegators integer not null,
    strategy_count integer not null,
    total_slash_events integer not null,
    last_slashed_at timestamptz,
    total_tvs numeric,
    tvs_updated_at timestamptz,
    tvs_status text not null default 'MISSING_PRICE'
        check (tvs_status in ('COMPLETE', 'PARTIAL', 'MISSING_PRICE', 'NO_SHARES')),
    unpriced_strategy_count integer not null default 0,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on column operator_current_state.is_active is 'at least one active delegator, itself included, or one current AVS';
comment on column operator_current_state.active_avs_count is 'AVSs it is registered with now';
comment on column operator_current_state.registered_avs_count is 'AVSs it was ever registered with';
comment on column operator_current_state.active_delegators is 'delegated now and holding more than dust';
comment on column operator_current_state.delegated_stakers is 'delegated now, whatever they hold';
comment on column operator_current_state.total_delegators is 'ever delegated, those that left included';
comment on column operator_current_state.strategy_count is 'strategies it has shares of';
comment on column operator_current_state.total_tvs is 'USD: 0 for NO_SHARES, the priced part for PARTIAL, null for MISSING_PRICE';
comment on column operator_current_state.tvs_updated_at is 'instant of the newest quote that total_tvs uses';
comment on column operator_current_state.unpriced_strategy_count is 'strategies with shares that no price is known for, left out of total_tvs';
create index idx_operator_current_state_updated on operator_current_state (updated_at);
create index on operator_current_state (total_tvs desc nulls last, operator_id);
create index on operator_current_state (active_delegators desc, operator_id);
create index on operator_current_state (lower(name), operator_id);

create view operator_state as
select
    operator_id, name, is_active, is_permissioned, registered_at, is_registration_inferred,
    first_activity_at, last_activity_at, active_avs_count, registered_avs_count,
    active_operator_set_count, active_delegators, delegated_stakers, total_delegators,
    strategy_count, total_slash_events, last_slashed_at, total_tvs, tvs_updated_at, tvs_status,
    unpriced_strategy_count, updated_at, updated_at_block
from operator_current_state;
comment on view operator_state is 'operator_current_state under the name that the API uses.';

create table strategy_state (
    strategy_id text primary key,
    total_shares numeric not null,
    tvs_usd numeric,
    operator_count integer not null,
    delegator_count integer not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table strategy_state is 'Every strategy that events or imports name, summed over its operators.';
comment on column strategy_state.total_shares is 'base units';
comment on column strategy_state.tvs_usd is 'USD; null when the strategy has no price';
comment on column strategy_state.operator_count is 'operators that have shares of it';
create index on strategy_state (tvs_usd desc nulls last, strategy_id);
