-- Shares of the delegators of strategies whose maximum magnitude ever changed.
-- Grain: one row per operator, staker, strategy and day on which shares or the maximum changed.
-- Units: shares in base units of the strategy's token, dust is the most that rounding can leave; days since 1970.

with

maximum_changes as (
    select
        operator_id,
        strategy_id,
        max_magnitude::numeric,
        block_number,
        log_index,
        block_timestamp / 86400 as day
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

slashed as (
    select distinct operator_id, strategy_id from maximum_changes
),

chain_rows as (
    select
        operator_id,
        staker_id,
        strategy_id,
        block_number,
        log_index,
        day,
        delta,
        null::numeric as max_magnitude
    from delegator_deltas
    join slashed using (operator_id, strategy_id)
    union all
    select operator_id, null, strategy_id, block_number, log_index, day, null, max_magnitude
    from maximum_changes
),

-- each delta is divided by the maximum in force just before it
deltas_then as (
    select
        operator_id,
        staker_id,
        strategy_id,
        day,
        delta,
        coalesce(
            min(max_magnitude) over (
                partition by operator_id, strategy_id
                order by block_number, log_index
                rows unbounded preceding
            ),
            1e18
        ) as maximum_then
    from chain_rows
),

slashed_deltas as (
    select operator_id, staker_id, strategy_id, day, delta, maximum_then
    from deltas_then
    where staker_id is not null
),

slashed_days as (
    select operator_id, staker_id, strategy_id, day from slashed_deltas
    union
    select slashed_deltas.operator_id, slashed_deltas.staker_id, slashed_deltas.strategy_id, maximum_changes.day
    from slashed_deltas
    join maximum_changes using (operator_id, strategy_id)
),

maximum_days as (
    select operator_id, strategy_id, day, min(max_magnitude) as max_magnitude
    from maximum_changes
    group by operator_id, strategy_id, day
),

-- 90 more digits keep the sum of the quotients exact, whatever maximum it is multiplied by
delta_days as (
    select
        operator_id,
        staker_id,
        strategy_id,
        day,
        sum(div(delta * 1e90, nullif(maximum_then, 0))) as scaled_delta,
        sum(greatest(delta, 0)) as received,
        count(*) filter (where delta > 0) as receipts
    from slashed_deltas
    group by operator_id, staker_id, strategy_id, day
),

-- the maximum only falls, so the smallest one up to a day is in force at its end
daily_sums as (
    select
        operator_id,
        staker_id,
        strategy_id,
        day,
        sum(delta_days.scaled_delta) over until_day as scaled_shares,
        sum(delta_days.received) over until_day as received,
        sum(delta_days.receipts) over until_day as receipts,
        min(maximum_days.max_magnitude) over until_day as max_magnitude
    from slashed_days
    left join delta_days using (operator_id, staker_id, strategy_id, day)
    left join maximum_days using (operator_id, strategy_id, day)
    window until_day as (
        partition by operator_id, staker_id, strategy_id
        order by day
        rows unbounded preceding
    )
)

-- the contract rounds at each receipt, by up to two parts in 1e18 of all shares ever received
select
    operator_id,
    staker_id,
    strategy_id,
    day,
    coalesce(trunc(round(coalesce(max_magnitude, 1e18) * scaled_shares * 1e-90, 36)), 0) as shares,
    case
        when max_magnitude is null then 0
        else div(2 * receipts * received, 1e18) + 20
    end as dust
from daily_sums
where receipts is not null
