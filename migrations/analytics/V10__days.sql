-- What operators, strategies and the network held at the end of each UTC day.

create table snapshot_days (
    snapshot_date date primary key
);
comment on table snapshot_days is 'UTC days that have a snapshot.';

create table day_retention (
    only_row boolean primary key default true check (only_row),
    kept_from date not null
);
comment on table day_retention is 'The setting of the last run that took days; no row when all days are kept.';
comment on column day_retention.kept_from is 'first day that is kept: months before it are detached';

create table day_blocks (
    day date primary key,
    first_block bigint not null,
    last_block bigint not null,
    last_timestamp bigint not null,
    seen_until timestamptz not null
);
comment on table day_blocks is 'Blocks of the UTC days with events, by which the last block of each day is found.';
comment on column day_blocks.first_block is 'first block of the day with events';
comment on column day_blocks.last_block is 'last block of the day with events';
comment on column day_blocks.last_timestamp is 'unix seconds of last_block';
comment on column day_blocks.seen_until is 'instant: every source row written before it was seen';
create index on day_blocks (last_block);

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

create table strategy_daily_snapshots (
    strategy_id text not null,
    snapshot_date date not null,
    total_shares numeric,
    operator_count integer not null,
    delegator_count integer not null,
    tvs_usd numeric,
    unknown_operator_count integer not null default 0,
    primary key (strategy_id, snapshot_date)
);
comment on table strategy_daily_snapshots is 'Every strategy at the end of each UTC day, over all operators.';
comment on column strategy_daily_snapshots.total_shares is 'base units of all operators whose shares were known; null when none was';
comment on column strategy_daily_snapshots.operator_count is 'operators with shares of it';
comment on column strategy_daily_snapshots.delegator_count is 'delegators that held more than dust in it';
comment on column strategy_daily_snapshots.tvs_usd is 'USD by the prices of the day; null when the day has no price or total_shares is null';
comment on column strategy_daily_snapshots.unknown_operator_count is 'operators whose shares of it were not known, part of no sum';
create index on strategy_daily_snapshots (snapshot_date);

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
    tvs_status text not null check (tvs_status in ('COMPLETE', 'PARTIAL', 'MISSING_PRICE', 'UNKNOWN_SHARES', 'NO_SHARES')),
    unpriced_strategy_count integer not null,
    unknown_strategy_count integer not null default 0,
    is_duration_vault boolean not null default false,
    primary key (operator_id, snapshot_date)
) partition by range (snapshot_date);
comment on table operator_daily_snapshots is 'Every operator at the end of each UTC day.';
comment on column operator_daily_snapshots.total_tvs is 'USD by the prices of the day: 0 for NO_SHARES, the known part for PARTIAL, null for MISSING_PRICE and UNKNOWN_SHARES';
comment on column operator_daily_snapshots.unpriced_strategy_count is 'strategies with shares that the day has no price for, left out of total_tvs';
comment on column operator_daily_snapshots.unknown_strategy_count is 'strategies whose shares were not known, left out of total_tvs and strategy_count';
comment on column operator_daily_snapshots.is_duration_vault is 'a strategy that is its own operator';
create index on operator_daily_snapshots (snapshot_date);

create table operator_strategy_daily_snapshots (
    operator_id text not null,
    strategy_id text not null,
    snapshot_date date not null,
    shares numeric,
    max_magnitude numeric not null,
    encumbered_magnitude numeric not null,
    allocatable_magnitude numeric not null,
    utilization_rate numeric,
    delegator_count integer not null,
    tvs_usd numeric,
    primary key (operator_id, strategy_id, snapshot_date)
) partition by range (snapshot_date);
comment on table operator_strategy_daily_snapshots is 'What every operator had in each strategy at the end of each UTC day.';
comment on column operator_strategy_daily_snapshots.shares is 'base units; null when not known';
comment on column operator_strategy_daily_snapshots.max_magnitude is 'wad';
comment on column operator_strategy_daily_snapshots.encumbered_magnitude is 'wad';
comment on column operator_strategy_daily_snapshots.allocatable_magnitude is 'wad';
comment on column operator_strategy_daily_snapshots.utilization_rate is '0..1; null when the maximum is 0';
comment on column operator_strategy_daily_snapshots.tvs_usd is 'USD by the prices of the day; null when the day has no price or the shares are not known';
create index on operator_strategy_daily_snapshots (snapshot_date);

create table operator_avs_daily_snapshots (
    operator_id text not null,
    avs_id text not null,
    snapshot_date date not null,
    is_registered_with_directory boolean not null,
    operator_set_count integer not null,
    registered_at timestamptz not null,
    primary key (operator_id, avs_id, snapshot_date)
) partition by range (snapshot_date);
comment on table operator_avs_daily_snapshots is 'Which AVSs every operator served at the end of each UTC day; those that it had left have no row.';
comment on column operator_avs_daily_snapshots.registered_at is 'first registration by either path';
create index on operator_avs_daily_snapshots (snapshot_date);

create table operator_allocation_periods (
    operator_id text not null,
    operator_set_id text not null,
    strategy_id text not null,
    from_date date not null,
    until_date date check (until_date > from_date),
    current_magnitude numeric not null,
    pending_magnitude numeric,
    pending_effect_block bigint,
    is_slashable boolean not null,
    primary key (operator_id, operator_set_id, strategy_id, from_date)
) with (fillfactor = 85);
comment on table operator_allocation_periods is 'What each operator had allocated to each operator set at the end of each UTC day, as periods of days that have a snapshot.';
comment on column operator_allocation_periods.from_date is 'first day at whose end it was so';
comment on column operator_allocation_periods.until_date is 'first day with a snapshot at whose end it was so no more; null while it lasts';
comment on column operator_allocation_periods.current_magnitude is 'wad, in force';
comment on column operator_allocation_periods.pending_magnitude is 'wad, in force from pending_effect_block; null when nothing was pending';
comment on column operator_allocation_periods.pending_effect_block is 'block; null when nothing was pending';
comment on column operator_allocation_periods.is_slashable is 'whether the set could slash it';
create index on operator_allocation_periods (operator_set_id, from_date);
create index on operator_allocation_periods ((split_part(operator_set_id, '-', 1)), from_date);

create table operator_commission_periods (
    operator_id text not null,
    commission_kind text not null check (commission_kind in ('PI', 'AVS', 'OPERATOR_SET')),
    subject_id text not null,
    from_date date not null,
    until_date date check (until_date > from_date),
    current_bips integer not null,
    is_default boolean not null,
    upcoming_bips integer,
    activates_at timestamptz,
    primary key (operator_id, commission_kind, subject_id, from_date)
) with (fillfactor = 85);
comment on table operator_commission_periods is 'What each operator kept of rewards at the end of each UTC day, as periods of days that have a snapshot.';
comment on column operator_commission_periods.subject_id is 'AVS address or <avs address>-<number>; empty for PI';
comment on column operator_commission_periods.from_date is 'first day at whose end it was so';
comment on column operator_commission_periods.until_date is 'first day with a snapshot at whose end it was so no more; null while it lasts';
comment on column operator_commission_periods.current_bips is 'bips: what the operator keeps of 10000';
comment on column operator_commission_periods.upcoming_bips is 'bips from activates_at; null when none was announced';
comment on column operator_commission_periods.activates_at is 'instant; null when no rate was announced';

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
    median_pi_bips numeric,
    total_slash_events integer not null,
    slash_events integer not null,
    slashed_operator_count integer not null,
    allocation_count integer not null,
    slashable_usd numeric,
    mean_utilization_rate numeric,
    unknown_operator_count integer not null default 0,
    valued_vault_count integer not null default 0,
    median_tvs_with_vaults numeric,
    p25_tvs_with_vaults numeric,
    p75_tvs_with_vaults numeric,
    p90_tvs_with_vaults numeric
);
comment on table network_daily_aggregates is 'All operators together at the end of each UTC day.';
comment on column network_daily_aggregates.valued_operator_count is 'operators that hold shares of which the day has a price: those that the TVS figures are of';
comment on column network_daily_aggregates.unpriced_operator_count is 'operators that hold shares the day has no price for, in part or whole';
comment on column network_daily_aggregates.total_tvs is 'USD, the priced part; 0 when nobody holds anything, null when the day has no price of anything held';
comment on column network_daily_aggregates.mean_tvs is 'USD, rounded to 18 decimals; null when valued_operator_count is 0';
comment on column network_daily_aggregates.median_tvs is 'USD: the middle one, or between the two middle ones; null when valued_operator_count is 0';
comment on column network_daily_aggregates.p25_tvs is 'USD: the least that a quarter of the operators do not pass; null when valued_operator_count is 0';
comment on column network_daily_aggregates.active_delegators is 'stakers delegated to any operator and holding more than dust';
comment on column network_daily_aggregates.avs_count is 'AVSs that any operator serves';
comment on column network_daily_aggregates.registration_count is 'pairs of an operator and an AVS that it serves';
comment on column network_daily_aggregates.mean_pi_bips is 'bips: mean commission on programmatic incentives over active operators; null when there are none';
comment on column network_daily_aggregates.median_pi_bips is 'bips: the middle one, or between the two middle ones; null when there are none';
comment on column network_daily_aggregates.total_slash_events is 'slashes until then';
comment on column network_daily_aggregates.slash_events is 'slashes on that day';
comment on column network_daily_aggregates.allocation_count is 'allocations in force with a magnitude above 0';
comment on column network_daily_aggregates.slashable_usd is 'USD that operator sets could slash, the priced part; 0 when they could slash nothing, null when nothing of it has a price';
comment on column network_daily_aggregates.mean_utilization_rate is '0..1: mean over operators and strategies with shares and a maximum above 0; null when there are none';
comment on column network_daily_aggregates.unknown_operator_count is 'operators of which the shares of any strategy were not known, those shares being part of no sum';
comment on column network_daily_aggregates.valued_vault_count is 'duration vaults in valued_operator_count; the median and the percentiles leave them out';
comment on column network_daily_aggregates.median_tvs_with_vaults is 'USD: the median with duration vaults';
comment on column network_daily_aggregates.p25_tvs_with_vaults is 'USD: the percentile with duration vaults';

create view operator_allocation_daily_snapshots as
select
    periods.operator_id,
    periods.operator_set_id,
    periods.strategy_id,
    days.snapshot_date,
    periods.current_magnitude,
    periods.pending_magnitude,
    periods.pending_effect_block,
    periods.is_slashable,
    slashable_shares(periods.is_slashable, periods.current_magnitude, held.shares, held.max_magnitude)
        as slashable_shares,
    usd_value(
        slashable_shares(periods.is_slashable, periods.current_magnitude, held.shares, held.max_magnitude),
        quotes.usd_per_share_unit
    ) as slashable_usd
from operator_allocation_periods as periods
join snapshot_days as days
    on days.snapshot_date >= periods.from_date and (days.snapshot_date < periods.until_date) is not false
left join operator_strategy_daily_snapshots as held
    on
        held.operator_id = periods.operator_id
        and held.strategy_id = periods.strategy_id
        and held.snapshot_date = days.snapshot_date
left join strategy_daily_quotes as quotes
    on quotes.strategy_id = periods.strategy_id and quotes.snapshot_date = days.snapshot_date;
comment on view operator_allocation_daily_snapshots is 'What every operator had allocated to each operator set at the end of each UTC day.';
comment on column operator_allocation_daily_snapshots.current_magnitude is 'wad, in force';
comment on column operator_allocation_daily_snapshots.pending_magnitude is 'wad, in force from pending_effect_block; null when nothing was pending';
comment on column operator_allocation_daily_snapshots.slashable_shares is 'base units; 0 when not slashable; null when slashable and the operator''s shares were not known';
comment on column operator_allocation_daily_snapshots.slashable_usd is 'USD by the prices of the day; null when the day has no price or the shares were not known';

create view operator_commission_daily_snapshots as
select
    periods.operator_id,
    periods.commission_kind,
    periods.subject_id,
    days.snapshot_date,
    periods.current_bips,
    periods.is_default,
    periods.upcoming_bips,
    periods.activates_at
from operator_commission_periods as periods
join snapshot_days as days
    on days.snapshot_date >= periods.from_date and (days.snapshot_date < periods.until_date) is not false;
comment on view operator_commission_daily_snapshots is 'What every operator kept of rewards at the end of each UTC day.';
comment on column operator_commission_daily_snapshots.subject_id is 'AVS address or <avs address>-<number>; empty for PI';
comment on column operator_commission_daily_snapshots.current_bips is 'bips: what the operator keeps of 10000';

-- names and months of the partitions; a month is missing when no partition covers it
create view daily_partitions as
select
    parents.relname::text as table_name,
    children.relname::text as partition_name,
    (regexp_match(pg_get_expr(children.relpartbound, children.oid), 'FROM \(''([0-9-]+)''\)'))[1]::date
        as from_date,
    (regexp_match(pg_get_expr(children.relpartbound, children.oid), 'TO \(''([0-9-]+)''\)'))[1]::date
        as until_date,
    pg_inherits.inhdetachpending as is_detaching
from pg_inherits
join pg_class as children on children.oid = pg_inherits.inhrelid
join pg_class as parents on parents.oid = pg_inherits.inhparent
where parents.relkind = 'p' and parents.relnamespace = to_regnamespace('public');
comment on view daily_partitions is 'Partitions of the daily tables.';
comment on column daily_partitions.from_date is 'first UTC day; null for the partition of all days before its end';
comment on column daily_partitions.until_date is 'first UTC day that it does not hold';
comment on column daily_partitions.is_detaching is 'whether a detachment was begun and not finished';
