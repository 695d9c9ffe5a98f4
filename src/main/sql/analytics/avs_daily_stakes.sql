-- Operators of each AVS at the end of a day, the stake behind them, and what they allocated to its operator sets.
-- Grain: one row per AVS with operators or operator sets, of the day.
-- Units: counts, USD by the prices of the day; 0 when there is nothing, null when nothing of it is valued.
-- operator_set_daily_stakes is a temporary table here: the rows of :day that this stage staged before.

with

operators_of_avs as (
    select
        served.avs_id,
        count(*) as operator_count,
        count(*) filter (where operators_then.unpriced_strategy_count > 0) as unpriced_operator_count,
        count(*) filter (where operators_then.tvs_status <> 'NO_SHARES') as holding_operator_count,
        sum(operators_then.total_tvs) filter (where operators_then.tvs_status <> 'NO_SHARES')
            as delegated_usd
    from operator_avs_daily_snapshots as served
    left join operator_daily_snapshots as operators_then
        on operators_then.operator_id = served.operator_id and operators_then.snapshot_date = :day
    where served.snapshot_date = :day
    group by served.avs_id
),

sets_of_avs as (
    select
        avs_id,
        count(*) as operator_set_count,
        count(*) filter (where allocated_usd is distinct from 0) as allocated_count,
        sum(allocated_usd) filter (where allocated_usd is distinct from 0) as allocated_usd,
        count(*) filter (where slashable_usd is distinct from 0) as slashable_count,
        sum(slashable_usd) filter (where slashable_usd is distinct from 0) as slashable_usd
    from operator_set_daily_stakes
    where date = :day
    group by avs_id
)

select
    avs_id::text,
    :day::date as date,
    coalesce(operators_of_avs.operator_count, 0)::integer as operator_count,
    coalesce(sets_of_avs.operator_set_count, 0)::integer as operator_set_count,
    (case when coalesce(sets_of_avs.allocated_count, 0) = 0 then 0 else sets_of_avs.allocated_usd end)::numeric
        as allocated_usd,
    (case
        when coalesce(operators_of_avs.holding_operator_count, 0) = 0 then 0
        else operators_of_avs.delegated_usd
    end)::numeric as delegated_usd,
    (case when coalesce(sets_of_avs.slashable_count, 0) = 0 then 0 else sets_of_avs.slashable_usd end)::numeric
        as slashable_usd,
    coalesce(operators_of_avs.unpriced_operator_count, 0)::integer as unpriced_operator_count
from operators_of_avs
full outer join sets_of_avs using (avs_id)
