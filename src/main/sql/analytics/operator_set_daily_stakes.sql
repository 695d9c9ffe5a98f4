-- Members of each operator set at the end of a day, and the stake that they delegated and allocated to it.
-- Grain: one row per operator set that was created, had members or allocations, of the day.
-- Units: counts, USD by the prices of the day; 0 when there is nothing, null when nothing of it is valued.

with

members as (
    select distinct operator_id, operator_set_id
    from operator_avs_registration_history
    where
        operator_set_id <> ''
        and registered_at < ((:day + 1)::timestamp at time zone 'UTC')
        and (unregistered_at < ((:day + 1)::timestamp at time zone 'UTC')) is not true
),

strategies_then as (
    select distinct operator_set_id, strategy_id
    from operator_set_strategy_history
    where
        added_at < ((:day + 1)::timestamp at time zone 'UTC')
        and (removed_at < ((:day + 1)::timestamp at time zone 'UTC')) is not true
),

holdings as (
    select operator_id, strategy_id, shares, max_magnitude, tvs_usd
    from operator_strategy_daily_snapshots
    where snapshot_date = :day
),

-- an operator without events of its maximum magnitude has one of 1e18; slashes lower it, at last to 0
allocations as (
    select
        operator_set_id,
        stake.shares as allocated_shares,
        usd_value(stake.shares, quotes.usd_per_share_unit) as allocated_usd,
        case when allocated.is_slashable then stake.shares else 0 end as slashable_shares,
        case when allocated.is_slashable then usd_value(stake.shares, quotes.usd_per_share_unit) end
            as slashable_usd
    from operator_allocation_periods as allocated
    join holdings using (operator_id, strategy_id)
    left join strategy_daily_quotes as quotes
        on quotes.strategy_id = allocated.strategy_id and quotes.snapshot_date = :day
    cross join lateral (
        select
            case
                when holdings.max_magnitude > 0
                    then allocated_shares(
                        holdings.shares, allocated.current_magnitude, holdings.max_magnitude
                    )
                else 0
            end as shares
    ) as stake
    where
        allocated.from_date <= :day
        and (allocated.until_date > :day) is not false
        and allocated.current_magnitude > 0
),

allocated as (
    select
        operator_set_id,
        count(*) filter (where allocated_shares is distinct from 0) as allocation_count,
        sum(allocated_usd) filter (where allocated_shares is distinct from 0) as allocated_usd,
        count(*) filter (where slashable_shares is distinct from 0) as slashable_count,
        sum(slashable_usd) filter (where slashable_shares is distinct from 0) as slashable_usd
    from allocations
    group by operator_set_id
),

member_counts as (
    select operator_set_id, count(*) as member_count from members group by operator_set_id
),

delegated as (
    select operator_set_id, sum(holdings.tvs_usd) as delegated_usd
    from members
    join strategies_then using (operator_set_id)
    join holdings using (operator_id, strategy_id)
    where holdings.shares > 0 or holdings.shares is null
    group by operator_set_id
),

unpriced as (
    select operator_set_id, count(*) as unpriced_strategy_count
    from strategies_then
    left join strategy_daily_quotes as quotes
        on quotes.strategy_id = strategies_then.strategy_id and quotes.snapshot_date = :day
    where quotes.usd_per_share_unit is null
    group by operator_set_id
),

sets_then as (
    select operator_set_id
    from operator_sets
    where created_at < ((:day + 1)::timestamp at time zone 'UTC')
    union
    select operator_set_id from members
    union
    select operator_set_id from allocated
)

select
    operator_set_id::text,
    :day::date as date,
    split_part(operator_set_id, '-', 1)::text as avs_id,
    coalesce(member_counts.member_count, 0)::integer as member_count,
    (case when coalesce(allocated.allocation_count, 0) = 0 then 0 else allocated.allocated_usd end)::numeric
        as allocated_usd,
    (case when delegated.operator_set_id is null then 0 else delegated.delegated_usd end)::numeric
        as delegated_usd,
    (case when coalesce(allocated.slashable_count, 0) = 0 then 0 else allocated.slashable_usd end)::numeric
        as slashable_usd,
    coalesce(unpriced.unpriced_strategy_count, 0)::integer as unpriced_strategy_count
from sets_then
left join member_counts using (operator_set_id)
left join allocated using (operator_set_id)
left join delegated using (operator_set_id)
left join unpriced using (operator_set_id)
