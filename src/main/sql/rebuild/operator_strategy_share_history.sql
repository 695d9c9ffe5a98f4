-- Shares delegated to an operator in each strategy at the end of each day.
-- Grain: one row per operator, strategy and span of days without share events.
-- Units: shares in base units of the strategy's token, null when they cannot be known; UTC dates.

with

-- a slash is a row of the zero address, which counts; the loader repeats it as 'SLASHED', which does not
deltas as (
    select
        operator_id,
        staker_id,
        strategy_id,
        block_number,
        log_index,
        block_timestamp / 86400 as day,
        case event_type when 'INCREASED' then shares else -shares end::numeric as delta
    from operator_share_events
    where
        operator_id in (select unnest(:operators))
        and block_number <= :until_block
        and staker_id <> 'SLASHED'
),

-- on chain no sum falls below 0: a sum that does lacks the history before the first event. A staker's
-- withdrawals may exceed its sum by the rounding of the contract
staker_sums as (
    select
        operator_id,
        strategy_id,
        day,
        sum(delta) over chain + 2e-18 * sum(greatest(delta, 0)) over chain as shares_left
    from deltas
    join (
        select distinct operator_id, staker_id, strategy_id
        from deltas
        where delta < 0 and staker_id <> '0x0000000000000000000000000000000000000000'
    ) as withdrawers using (operator_id, staker_id, strategy_id)
    window chain as (
        partition by operator_id, staker_id, strategy_id order by block_number, log_index
    )
),

-- while no staker's sum is below 0, only a slash can take the operator's sum below 0
operator_sums as (
    select
        operator_id,
        strategy_id,
        day,
        sum(delta) over (
            partition by operator_id, strategy_id order by block_number, log_index
        ) as shares_left
    from deltas
    join (
        select distinct operator_id, strategy_id
        from deltas
        where staker_id = '0x0000000000000000000000000000000000000000'
    ) as slashed using (operator_id, strategy_id)
),

shortfalls as (
    select operator_id, strategy_id, min(day) as day
    from (
        select operator_id, strategy_id, day, shares_left from staker_sums
        union all
        select operator_id, strategy_id, day, shares_left from operator_sums
    ) as sums
    where shares_left < 0
    group by operator_id, strategy_id
),

days as (
    select operator_id, strategy_id, day, sum(delta) as delta
    from deltas
    group by operator_id, strategy_id, day
),

totals as (
    select
        operator_id,
        strategy_id,
        day,
        sum(delta) over (partition by operator_id, strategy_id order by day) as shares
    from days
)

select
    operator_id::text,
    strategy_id::text,
    (date '1970-01-01' + totals.day::integer)::date as from_date,
    (date '1970-01-01' + lead(totals.day) over strategy_days::integer)::date as until_date,
    (case
        when coalesce(totals.day >= shortfalls.day, false) or min(shares) over strategy_days < 0
            then null
        else shares
    end)::numeric as shares
from totals
left join shortfalls using (operator_id, strategy_id)
window strategy_days as (partition by operator_id, strategy_id order by totals.day)
