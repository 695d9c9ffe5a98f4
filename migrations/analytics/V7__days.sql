-- Days: what was so at the end of each UTC day, by the prices of that day.
-- A row of a day has no time of its own writing: taken late, it is the same row.

create table operator_delegator_share_history (
    operator_id text not null,
    staker_id text not null,
    strategy_id text not null,
    from_date date not null,
    until_date date,
    shares numeric not null,
    is_dust boolean not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id, strategy_id, from_date)
) with (fillfactor = 85);
comment on table operator_delegator_share_history is 'What each delegator held at the end of each day, as periods of days; days without shares have no row.';
comment on column operator_delegator_share_history.from_date is 'first UTC day at whose end it was so';
comment on column operator_delegator_share_history.until_date is 'first UTC day at whose end it was so no more; null while it lasts';
comment on column operator_delegator_share_history.shares is 'base units of the strategy''s underlying token';
comment on column operator_delegator_share_history.is_dust is 'no more than the rounding that a slash leaves behind';
create index on operator_delegator_share_history (staker_id);

create table strategy_daily_quotes (
    strategy_id text not null,
    snapshot_date date not null,
    exchange_rate numeric not null,
    rate_status text not null check (rate_status in ('QUOTED', 'FIXED', 'RATE_ASSUMED')),
    price_usd numeric,
    price_at timestamptz,
    usd_per_share_unit numeric,
    primary key (strategy_id, snapshot_date)
);
comment on table strategy_daily_quotes is 'The rate and the price that a day was valued at: the last price within the day, the last rate until its end.';
comment on column strategy_daily_quotes.exchange_rate is '10^18 * tokens per share';
comment on column strategy_daily_quotes.price_usd is 'USD for one whole token; null when the day has no price';
comment on column strategy_daily_quotes.usd_per_share_unit is 'USD for one base unit of shares; null when the price or the decimals are unknown';
create index on strategy_daily_quotes (snapshot_date);

create table operator_daily_snapshots (
    operator_id text not null,
    snapshot_date date not null,
    is_active boolean not null,
    is_permissioned boolean,
    registered_at timestamptz not null,
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
    tvs_status text not null
        check (tvs_status in ('COMPLETE', 'PARTIAL', 'MISSING_PRICE', 'NO_SHARES')),
    unpriced_strategy_count integer not null,
    primary key (operator_id, snapshot_date)
);
comment on table operator_daily_snapshots is 'Every operator at the end of each UTC day.';
comment on column operator_daily_snapshots.total_tvs is 'USD by the prices of the day: 0 for NO_SHARES, the priced part for PARTIAL, null for MISSING_PRICE';
comment on column operator_daily_snapshots.unpriced_strategy_count is 'strategies with shares that the day has no price for, left out of total_tvs';
create index on operator_daily_snapshots (snapshot_date);

create table operator_strategy_daily_snapshots (
    operator_id text not null,
    strategy_id text not null,
    snapshot_date date not null,
    shares numeric not null,
    max_magnitude numeric not null,
    encumbered_magnitude numeric not null,
    allocatable_magnitude numeric not null,
    utilization_rate numeric,
    delegator_count integer not null,
    tvs_usd numeric,
    primary key (operator_id, strategy_id, snapshot_date)
);
comment on table operator_strategy_daily_snapshots is 'What every operator had in each strategy at the end of each UTC day.';
comment on column operator_strategy_daily_snapshots.shares is 'base units';
comment on column operator_strategy_daily_snapshots.max_magnitude is 'wad';
comment on column operator_strategy_daily_snapshots.encumbered_magnitude is 'wad';
comment on column operator_strategy_daily_snapshots.allocatable_magnitude is 'wad';
comment on column operator_strategy_daily_snapshots.utilization_rate is '0..1; null when the maximum is 0';
comment on column operator_strategy_daily_snapshots.tvs_usd is 'USD by the prices of the day; null when the day has no price';
create index on operator_strategy_daily_snapshots (snapshot_date);

create table operator_allocation_daily_snapshots (
    operator_id text not null,
    operator_set_id text not null,
    strategy_id text not null,
    snapshot_date date not null,
    current_magnitude numeric not null,
    pending_magnitude numeric,
    pending_effect_block bigint,
    is_slashable boolean not null,
    slashable_shares numeric not null,
    slashable_usd numeric,
    primary key (operator_id, operator_set_id, strategy_id, snapshot_date)
);
comment on table operator_allocation_daily_snapshots is 'What every operator had allocated to each operator set at the end of each UTC day.';
comment on column operator_allocation_daily_snapshots.current_magnitude is 'wad, in force';
comment on column operator_allocation_daily_snapshots.pending_magnitude is 'wad, in force from pending_effect_block; null when nothing was pending';
comment on column operator_allocation_daily_snapshots.slashable_shares is 'base units; 0 when not slashable';
comment on column operator_allocation_daily_snapshots.slashable_usd is 'USD by the prices of the day; null when the day has no price';
create index on operator_allocation_daily_snapshots (snapshot_date);

create table operator_avs_daily_snapshots (
    operator_id text not null,
    avs_id text not null,
    snapshot_date date not null,
    is_registered_with_directory boolean not null,
    operator_set_count integer not null,
    registered_at timestamptz not null,
    primary key (operator_id, avs_id, snapshot_date)
);
comment on table operator_avs_daily_snapshots is 'Which AVSs every operator served at the end of each UTC day; those that it had left have no row.';
comment on column operator_avs_daily_snapshots.registered_at is 'first registration by either path';
create index on operator_avs_daily_snapshots (snapshot_date);

create table operator_commission_daily_snapshots (
    operator_id text not null,
    commission_kind text not null check (commission_kind in ('PI', 'AVS', 'OPERATOR_SET')),
    subject_id text not null,
    snapshot_date date not null,
    current_bips integer not null,
    is_default boolean not null,
    upcoming_bips integer,
    activates_at timestamptz,
    primary key (operator_id, commission_kind, subject_id, snapshot_date)
);
comment on table operator_commission_daily_snapshots is 'What every operator kept of rewards at the end of each UTC day.';
comment on column operator_commission_daily_snapshots.subject_id is 'AVS address or <avs address>-<number>; empty for PI';
comment on column operator_commission_daily_snapshots.current_bips is 'bips: what the operator keeps of 10000';
create index on operator_commission_daily_snapshots (snapshot_date);

create table network_daily_aggregates (
    snapshot_date date primary key,
    operator_count integer not null,
    active_operator_count integer not null,
    valued_operator_count integer not null,
    unpriced_operator_count integer not null,
    total_tvs numeric,
    mean_tvs numeric,
    median_tvs numeric,
    p25_tvs numeric,
    p75_tvs numeric,
    p90_tvs numeric,
    active_delegators integer not null,
    avs_count integer not null,
    registration_count integer not null,
    mean_pi_bips numeric,
    median_pi_bips integer,
    total_slash_events integer not null,
    slash_events integer not null,
    slashed_operator_count integer not null,
    allocation_count integer not null,
    slashable_usd numeric,
    mean_utilization_rate numeric
);
comment on table network_daily_aggregates is 'All operators together at the end of each UTC day.';
comment on column network_daily_aggregates.valued_operator_count is 'operators that hold shares of which the day has a price: those that the TVS figures are of';
comment on column network_daily_aggregates.unpriced_operator_count is 'operators that hold shares the day has no price for, in part or whole';
comment on column network_daily_aggregates.total_tvs is 'USD, the priced part; null when the day has no price of anything held';
comment on column network_daily_aggregates.mean_tvs is 'USD, rounded to 18 decimals; null like total_tvs';
comment on column network_daily_aggregates.median_tvs is 'USD: the middle one, or between the two middle ones; null like total_tvs';
comment on column network_daily_aggregates.p25_tvs is 'USD: the least that a quarter of the operators do not pass; null like total_tvs';
comment on column network_daily_aggregates.active_delegators is 'stakers delegated to any operator and holding more than dust';
comment on column network_daily_aggregates.avs_count is 'AVSs that any operator serves';
comment on column network_daily_aggregates.registration_count is 'pairs of an operator and an AVS that it serves';
comment on column network_daily_aggregates.mean_pi_bips is 'bips: mean commission on programmatic incentives over active operators; null when there are none';
comment on column network_daily_aggregates.total_slash_events is 'slashes until then';
comment on column network_daily_aggregates.slash_events is 'slashes on that day';
comment on column network_daily_aggregates.allocation_count is 'allocations in force with a magnitude above 0';
comment on column network_daily_aggregates.slashable_usd is 'USD that operator sets could slash, the priced part; null when none has a price';
comment on column network_daily_aggregates.mean_utilization_rate is '0..1: mean over operators and strategies with shares and a maximum above 0; null when there are none';

create table pipeline_partitions (
    stage text not null check (stage in ('snapshot', 'analytics')),
    partition_date date not null,
    status text not null check (status in ('DONE', 'STALE', 'FAILED')),
    run_id bigint,
    until_block bigint,
    seen_until timestamptz,
    taken_at timestamptz not null,
    seconds double precision not null,
    error text,
    primary key (stage, partition_date)
);
comment on table pipeline_partitions is 'Which days are there; a day without a row is missing.';
comment on column pipeline_partitions.status is 'STALE: something arrived since that belongs to it, it will be taken again. FAILED: the last attempt ended with error';
comment on column pipeline_partitions.until_block is 'last block of the day';
comment on column pipeline_partitions.seen_until is 'instant: every source row written before it was seen';
comment on column pipeline_partitions.taken_at is 'when it was last tried';
comment on column pipeline_partitions.seconds is 'how long that took';

alter table pipeline_runs
    add column days_total integer,
    add column days_done integer not null default 0;
comment on column pipeline_runs.days_total is 'UTC days that the run is to take; null for a run that takes none';

create table pipeline_schedules (
    schedule text primary key,
    is_enabled boolean not null,
    changed_at timestamptz not null
);
comment on table pipeline_schedules is 'Schedules that were paused or resumed; one without a row runs.';

create table pipeline_ticks (
    schedule text not null,
    tick_at timestamptz not null,
    status text not null check (status in ('WAITING', 'DONE', 'FAILED', 'MISSED')),
    attempts integer not null,
    not_before timestamptz not null,
    run_id bigint,
    message text,
    changed_at timestamptz not null,
    primary key (schedule, tick_at)
);
comment on table pipeline_ticks is 'When schedules were due, each once however many servers there are.';
comment on column pipeline_ticks.status is 'WAITING: not run yet, or what it needs is not there. FAILED: will be tried again. MISSED: a later one came first and did its work';
comment on column pipeline_ticks.not_before is 'instant of the next attempt';
comment on column pipeline_ticks.message is 'why it waits or failed';
