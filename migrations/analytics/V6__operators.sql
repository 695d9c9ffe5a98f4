-- What every operator looks like now, and what led there. Rebuilt whole, operator by operator, from its full history.
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
create index on operator_activity (block_number, log_index);
create index on operator_activity (activity_type, block_number, log_index);

-- the rows that alerts read, of a table whose other rows are many times as many
create index operator_activity_allocated on operator_activity (operator_id) where activity_type = 'ALLOCATED';
create index operator_activity_delay_set on operator_activity (operator_id)
where activity_type = 'ALLOCATION_DELAY_SET';

create table operator_own_acts (
    operator_id text primary key,
    last_act_at timestamptz not null,
    last_act_block bigint not null,
    last_act_type text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table operator_own_acts is 'The last act that an operator itself sent: registration, approver, metadata, allocation delay, allocation, joining, commission.';
comment on column operator_own_acts.last_act_type is 'type of operator_activity';

create table duration_vaults (
    strategy_id text primary key,
    operator_set_id text not null,
    duration_seconds bigint not null,
    locked_at timestamptz,
    unlock_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table duration_vaults is 'Strategies that are duration vaults; each is its own operator.';
comment on column duration_vaults.operator_set_id is 'the only operator set that it is in';
comment on column duration_vaults.duration_seconds is 'seconds from the lock until it matures';
comment on column duration_vaults.locked_at is 'null while it still takes deposits';
comment on column duration_vaults.unlock_at is 'null while it still takes deposits';

create table operator_strategy_shares (
    operator_id text not null,
    strategy_id text not null,
    shares numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, strategy_id)
) with (fillfactor = 85);
comment on column operator_strategy_shares.shares is 'base units delegated to the operator, slashes included; null when not known';

create table operator_strategy_share_history (
    operator_id text not null,
    strategy_id text not null,
    from_date date not null,
    until_date date,
    shares numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, strategy_id, from_date)
) with (fillfactor = 85);
comment on table operator_strategy_share_history is 'What was delegated to an operator in each strategy at the end of each day, as periods of days.';
comment on column operator_strategy_share_history.from_date is 'first UTC day at whose end it was so';
comment on column operator_strategy_share_history.until_date is 'first UTC day at whose end it was so no more; null while it lasts';
comment on column operator_strategy_share_history.shares is 'base units of the strategy''s underlying token, slashes included; null when the history before the first event is missing: a sum of the operator or of one of its stakers fell below 0';

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

create table operator_strategy_state (
    operator_id text not null,
    strategy_id text not null,
    id text generated always as (operator_id || '-' || strategy_id) stored,
    shares numeric,
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
comment on column operator_strategy_state.shares is 'base units delegated to the operator, slashes included; null when not known';
comment on column operator_strategy_state.max_magnitude is 'wad';
comment on column operator_strategy_state.encumbered_magnitude is 'wad, in effect: the sum over operator sets of the greater of current and pending';
comment on column operator_strategy_state.allocatable_magnitude is 'wad, maximum less encumbered';
comment on column operator_strategy_state.utilization_rate is '0..1, encumbered by maximum, rounded to 18 decimals; null when the maximum is 0';
comment on column operator_strategy_state.delegator_count is 'delegators that hold more than dust in it';
comment on column operator_strategy_state.tvs_usd is 'USD, from the operator''s shares, rounded to 18 decimals; null when the strategy has no price or the shares are not known';
create index on operator_strategy_state (strategy_id);

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

create table operator_allocations (
    operator_id text not null,
    operator_set_id text not null,
    strategy_id text not null,
    current_magnitude numeric not null,
    pending_magnitude numeric,
    pending_effect_block bigint,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    is_slashable boolean not null default false,
    slashable_shares numeric default 0,
    slashable_usd numeric,
    primary key (operator_id, operator_set_id, strategy_id)
) with (fillfactor = 85);
comment on column operator_allocations.current_magnitude is 'wad, in force';
comment on column operator_allocations.pending_magnitude is 'wad, in force from pending_effect_block; null when nothing is pending';
comment on column operator_allocations.is_slashable is 'allocated, the strategy is in the set, and the operator is in it or left within the deallocation delay';
comment on column operator_allocations.slashable_shares is 'base units, rounded as getAllocatedStake rounds: shares * floor(current * 1e18 / maximum) / 1e18; 0 when the set cannot slash it, null when the shares are not known';
comment on column operator_allocations.slashable_usd is 'USD, rounded to 18 decimals; null when the strategy has no price';
create index on operator_allocations (operator_set_id);

create table operator_allocation_delays (
    operator_id text primary key,
    current_blocks bigint,
    pending_blocks bigint,
    pending_effect_block bigint,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table operator_allocation_delays is 'Allocation delays of operators that ever set one.';
comment on column operator_allocation_delays.current_blocks is 'blocks from an allocation until it can be slashed; null before the first delay is in force: the operator cannot allocate';
comment on column operator_allocation_delays.pending_blocks is 'blocks, in force from pending_effect_block; null when no change is pending';
comment on column operator_allocation_delays.pending_effect_block is 'block; null when no change is pending';

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
create index on operator_avs_registration_history (operator_set_id);

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
create index on operator_commission_history (set_block, set_log_index);

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
    tvs_status text not null default 'MISSING_PRICE' check (tvs_status in ('COMPLETE', 'PARTIAL', 'MISSING_PRICE', 'UNKNOWN_SHARES', 'NO_SHARES')),
    unpriced_strategy_count integer not null default 0,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    unknown_strategy_count integer not null default 0,
    tvs_oldest_quote_at timestamptz,
    pi_bips integer,
    has_metadata boolean not null default false
) with (fillfactor = 85);
comment on column operator_current_state.is_active is 'at least one active delegator, itself included, or one current AVS';
comment on column operator_current_state.active_avs_count is 'AVSs it is registered with now';
comment on column operator_current_state.registered_avs_count is 'AVSs it was ever registered with';
comment on column operator_current_state.active_delegators is 'delegated now and holding more than dust';
comment on column operator_current_state.delegated_stakers is 'delegated now, whatever they hold';
comment on column operator_current_state.total_delegators is 'ever delegated, those that left included';
comment on column operator_current_state.strategy_count is 'strategies it has shares of';
comment on column operator_current_state.total_tvs is 'USD: 0 for NO_SHARES, the known part for PARTIAL, null for MISSING_PRICE and UNKNOWN_SHARES';
comment on column operator_current_state.tvs_updated_at is 'instant of the newest quote that total_tvs uses, a price or a rate; null when it uses none';
comment on column operator_current_state.unpriced_strategy_count is 'strategies with shares that no price is known for, left out of total_tvs';
comment on column operator_current_state.unknown_strategy_count is 'strategies whose shares are not known, left out of total_tvs and strategy_count';
comment on column operator_current_state.tvs_oldest_quote_at is 'instant of the oldest quote that total_tvs uses, a price or a rate; null when it uses none';
comment on column operator_current_state.pi_bips is 'bips: commission rate in force for programmatic incentives; null when the operator set none and the protocol has no default yet';
comment on column operator_current_state.has_metadata is 'whether it published a URI, or metadata of it are known';
create index idx_operator_current_state_updated on operator_current_state (updated_at);
create index on operator_current_state (total_tvs desc nulls last, operator_id);
create index on operator_current_state (active_delegators desc, operator_id);
create index operator_current_state_name_order
on operator_current_state ((case_folded(name) collate "C"), operator_id);
create index on operator_current_state (pi_bips, operator_id);
create index on operator_current_state (pi_bips desc nulls last, operator_id desc);
create index on operator_current_state (last_activity_at, operator_id);
create index on operator_current_state (last_activity_at desc nulls last, operator_id desc);
create index on operator_current_state (active_avs_count, operator_id);

-- counts and sums of active operators read the index alone
create index on operator_current_state (is_active, total_tvs);

create table operator_figures (
    operator_id text primary key,
    risk_score numeric,
    risk_level text,
    growth_rate_30d numeric,
    tvs_change_7d numeric,
    tvs_change_7d_reason text,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    net_yield_30d numeric,
    net_yield_30d_reason text,
    score_reason text default 'NOT_ANALYSED' check (score_reason in ('NOTHING_AT_STAKE', 'UNKNOWN_SHARES', 'UNPRICED', 'NOT_ANALYSED')),
    tvs_trend text not null default '[]'
) with (fillfactor = 85);
comment on table operator_figures is 'Figures of days that operators are filtered and sorted by: one row for each row of operator_current_state.';
comment on column operator_figures.risk_score is '0..100 on the newest analysed day; null when it has no score';
comment on column operator_figures.risk_level is 'level of risk_score; null with it';
comment on column operator_figures.growth_rate_30d is 'fraction on the newest analysed day; null when it has none';
comment on column operator_figures.tvs_change_7d is 'fraction: TVS at the end of the newest analysed day / TVS at the end of the day 7 days before - 1; null for the reason in tvs_change_7d_reason';
comment on column operator_figures.tvs_change_7d_reason is 'TOO_FEW_POINTS without a snapshot of either day, UNPRICED without a TVS of either day, NO_VALUE when the earlier TVS is 0; null when tvs_change_7d is not null';
comment on column operator_figures.net_yield_30d is 'yearly net yield of all rewards over the 30 days that end on the newest analysed day, as a fraction; null for the reason in net_yield_30d_reason';
comment on column operator_figures.net_yield_30d_reason is 'MISSING_PRICE or TOO_FEW_DAYS as in operator_yields, NO_STAKE without a value on any day of the window; null when net_yield_30d is not null';
comment on column operator_figures.score_reason is 'why risk_score is null: as in operator_analytics, NOT_ANALYSED without a row of the newest analysed day; null when risk_score is not null';
comment on column operator_figures.tvs_trend is 'JSON array of TVS in USD at the end of the 30 days up to the newest analysed day, oldest first; null for a day without TVS, nothing for a day without a snapshot';

-- both directions, because nulls come last in both
create index on operator_figures (risk_score, operator_id);
create index on operator_figures (risk_score desc nulls last, operator_id desc);
create index on operator_figures (growth_rate_30d, operator_id);
create index on operator_figures (growth_rate_30d desc nulls last, operator_id desc);
create index on operator_figures (tvs_change_7d, operator_id);
create index on operator_figures (tvs_change_7d desc nulls last, operator_id desc);

-- both directions, because nulls come last in both
create index on operator_figures (net_yield_30d, operator_id);
create index on operator_figures (net_yield_30d desc nulls last, operator_id desc);

create table operator_flags (
    flag text not null,
    operator_id text not null,
    subject_id text not null,
    operator_set_id text,
    strategy_id text,
    account text,
    figure numeric,
    threshold numeric,
    effect_block bigint,
    effective_at timestamptz,
    since timestamptz,
    reason text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (flag, operator_id, subject_id)
) with (fillfactor = 85);
comment on table operator_flags is 'Flags of operators, each with its figures; they are no part of the risk score.';
comment on column operator_flags.subject_id is 'operator set, strategy or kind of commission; empty when the flag has no subject';
comment on column operator_flags.account is 'recipient or announced slasher; null for other flags';
comment on column operator_flags.figure is 'blocks, part of the stake 0..1 or bips, by flag; null for a flag without a figure';
comment on column operator_flags.threshold is 'in the unit of figure: the flag is set below it (delays) or from it on; days without an own act for DORMANT; null for a flag without a threshold';
comment on column operator_flags.effect_block is 'block from which an announced change applies; null otherwise';
comment on column operator_flags.effective_at is 'time from which an announced change applies; null otherwise';
comment on column operator_flags.since is 'time of the last own act (DORMANT) or of the lock (DURATION_VAULT); null otherwise';
comment on column operator_flags.reason is 'a sentence with the figures';
create index on operator_flags (operator_id);

create view operator_state as
select
    operator_id, name, is_active, is_permissioned, registered_at, is_registration_inferred,
    first_activity_at, last_activity_at, active_avs_count, registered_avs_count,
    active_operator_set_count, active_delegators, delegated_stakers, total_delegators,
    strategy_count, total_slash_events, last_slashed_at, total_tvs, tvs_updated_at, tvs_status,
    unpriced_strategy_count, updated_at, updated_at_block, unknown_strategy_count,
    tvs_oldest_quote_at, pi_bips, has_metadata
from operator_current_state;
comment on view operator_state is 'operator_current_state under the name that the API uses.';
