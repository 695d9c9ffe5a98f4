-- Shares of each delegator at its operator at the end of each day; a slash is shared by all holders of that moment.
-- Grain: one row per operator, staker, strategy and span of days without a change, while there are shares.
-- Units: shares in base units of the strategy's token, null when they cannot be known, magnitudes in wads; UTC dates.

with

slashed as (
    select distinct operator_id, strategy_id
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

plain_days as (
    select operator_id, staker_id, strategy_id, day, sum(delta) as delta
    from delegator_deltas as deltas
    where not exists (
        select from slashed
        where slashed.operator_id = deltas.operator_id and slashed.strategy_id = deltas.strategy_id
    )
    group by operator_id, staker_id, strategy_id, day
),

plain_totals as (
    select
        operator_id,
        staker_id,
        strategy_id,
        day,
        sum(delta) over (partition by operator_id, staker_id, strategy_id order by day) as shares,
        0::numeric as dust
    from plain_days
),

totals as (
    select operator_id, staker_id, strategy_id, day, shares, dust from plain_totals
    union all
    select operator_id, staker_id, strategy_id, day, shares, dust from slashed_delegator_totals
),

periods as (
    select
        operator_id,
        staker_id,
        strategy_id,
        totals.day as from_day,
        lead(totals.day, 1, 2147483647::bigint) over (
            partition by operator_id, staker_id, strategy_id order by totals.day
        ) as until_day,
        case when shortfalls.day <= totals.day then null else shares end as shares,
        shares <= dust and (shortfalls.day <= totals.day) is not true as is_dust
    from totals
    left join delegator_shortfalls as shortfalls using (operator_id, staker_id, strategy_id)
),

leavers as (
    select distinct operator_id, staker_id from delegation_periods
),

delegated_periods as (
    select operator_id, staker_id, strategy_id, from_day, until_day, shares, is_dust
    from periods
    where
        (shares > 0 or shares is null)
        and not exists (
            select from leavers
            where
                leavers.operator_id = periods.operator_id
                and leavers.staker_id = periods.staker_id
        )
    union all
    select
        periods.operator_id,
        periods.staker_id,
        periods.strategy_id,
        greatest(periods.from_day, delegations.from_day),
        least(periods.until_day, delegations.until_day),
        periods.shares,
        periods.is_dust
    from periods
    join delegation_periods as delegations using (operator_id, staker_id)
    where
        (periods.shares > 0 or periods.shares is null)
        and delegations.is_delegated
        and periods.from_day < delegations.until_day
        and delegations.from_day < periods.until_day
)

select
    operator_id::text,
    staker_id::text,
    strategy_id::text,
    (date '1970-01-01' + from_day::integer)::date as from_date,
    (case when until_day < 2147483647 then date '1970-01-01' + until_day::integer end)::date
        as until_date,
    shares::numeric,
    is_dust::boolean
from delegated_periods
