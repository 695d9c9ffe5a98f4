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

slashed_sums as (
    select
        slashed_days.operator_id,
        slashed_days.staker_id,
        slashed_days.strategy_id,
        slashed_days.day,
        slashed_deltas.maximum_then,
        sum(slashed_deltas.delta) as delta,
        sum(greatest(slashed_deltas.delta, 0)) as received,
        count(*) filter (where slashed_deltas.delta > 0) as receipts
    from slashed_days
    join slashed_deltas using (operator_id, staker_id, strategy_id)
    where slashed_deltas.day <= slashed_days.day
    group by
        slashed_days.operator_id,
        slashed_days.staker_id,
        slashed_days.strategy_id,
        slashed_days.day,
        slashed_deltas.maximum_then
),

-- the maximum only falls, so the smallest one up to a day is in force at its end
daily_maxima as (
    select distinct on (operator_id, strategy_id, day)
        operator_id,
        strategy_id,
        day,
        (
            select min(until_then.max_magnitude)
            from maximum_changes as until_then
            where
                until_then.operator_id = slashed_days.operator_id
                and until_then.strategy_id = slashed_days.strategy_id
                and until_then.day <= slashed_days.day
        ) as max_magnitude
    from slashed_days
)

-- 36 more digits keep the sum exact, which one division per row would not; the contract rounds at each
-- receipt, by up to two parts in 1e18 of all shares ever received
select
    slashed_sums.operator_id,
    slashed_sums.staker_id,
    slashed_sums.strategy_id,
    slashed_sums.day,
    coalesce(
        div(
            sum(
                div(
                    coalesce(daily_maxima.max_magnitude, 1e18) * slashed_sums.delta * 1e36,
                    nullif(slashed_sums.maximum_then, 0)
                )
            ),
            1e36
        ),
        0
    ) as shares,
    case
        when daily_maxima.max_magnitude is null then 0
        else div(2 * sum(slashed_sums.receipts) * sum(slashed_sums.received), 1e18) + 20
    end as dust
from slashed_sums
join daily_maxima using (operator_id, strategy_id, day)
group by
    slashed_sums.operator_id,
    slashed_sums.staker_id,
    slashed_sums.strategy_id,
    slashed_sums.day,
    daily_maxima.max_magnitude
