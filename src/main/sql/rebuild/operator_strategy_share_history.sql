-- What was delegated to an operator in each strategy at the end of each day.
-- Grain: one row per operator, strategy and the days between two with share events.
-- Units: shares in base units of the strategy's token, null when they cannot be known; UTC dates.

with

-- a slash is a row of the zero address and counts; the loader repeats it as 'SLASHED', which does not
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

-- on chain no sum falls below 0: one that does lacks what was before the first event. What a staker
-- withdraws may exceed its sum by what the contract rounds
sums as (
    select
        operator_id,
        strategy_id,
        day,
        delta,
        sum(delta) over operator_chain < 0
        or (
            staker_id <> '0x0000000000000000000000000000000000000000'
            and sum(delta) over staker_chain + 2e-18 * sum(greatest(delta, 0)) over staker_chain < 0
        ) as is_short
    from deltas
    window
        operator_chain as (partition by operator_id, strategy_id order by block_number, log_index),
        staker_chain as (
            partition by operator_id, strategy_id, staker_id order by block_number, log_index
        )
),

days as (
    select operator_id, strategy_id, day, sum(delta) as delta, bool_or(is_short) as is_short
    from sums
    group by operator_id, strategy_id, day
)

select
    operator_id::text,
    strategy_id::text,
    (date '1970-01-01' + day::integer)::date as from_date,
    (date '1970-01-01' + lead(day) over strategy_days::integer)::date as until_date,
    (case when not bool_or(is_short) over strategy_days then sum(delta) over strategy_days end)
        ::numeric as shares
from days
window strategy_days as (partition by operator_id, strategy_id order by day)
