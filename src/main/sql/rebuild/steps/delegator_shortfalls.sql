-- The first day on which the events of a delegator take more shares than they gave.
-- Grain: one row per operator, staker and strategy with such a day.
-- Units: days since 1970.

-- on chain no sum falls below 0 by more than rounding: a sum that does lacks the history before the first event
select operator_id, staker_id, strategy_id, min(day) as day
from (
    select
        operator_id,
        staker_id,
        strategy_id,
        day,
        sum(delta) over chain + 2e-18 * sum(greatest(delta, 0)) over chain < 0 as is_short
    from delegator_deltas
    join (
        select distinct operator_id, staker_id, strategy_id from delegator_deltas where delta < 0
    ) as withdrawers using (operator_id, staker_id, strategy_id)
    window chain as (
        partition by operator_id, staker_id, strategy_id order by block_number, log_index
    )
) as sums
where is_short
group by operator_id, staker_id, strategy_id
