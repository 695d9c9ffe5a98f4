-- The maximum magnitude in force when each part of a withdrawal was queued, and the one that counts for it now.
-- Grain: one row per part of a withdrawal.
-- Units: magnitudes in wads.

with

maximum_changes as (
    select operator_id, strategy_id, max_magnitude::numeric, block_number, log_index
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

-- each part when it is queued and when it can last be slashed; a maximum only falls, so the smallest one up to a log
-- is in force there
maximum_rows as (
    select operator_id, strategy_id, block_number, log_index, max_magnitude,
        null as withdrawal_root, null::bigint as place
    from maximum_changes
    union all
    select operator_id, strategy_id, moment.block_number, moment.log_index, null, withdrawal_root, place
    from withdrawal_parts
    cross join lateral (
        values (block_number, log_index), (last_slashable_block, 2147483647)
    ) as moment (block_number, log_index)
),

maxima as (
    select
        operator_id,
        withdrawal_root,
        place,
        coalesce(min(max_magnitude) over until_here, 1e18) as maximum
    from maximum_rows
    window until_here as (
        partition by operator_id, strategy_id order by block_number, log_index rows unbounded preceding
    )
)

select
    operator_id,
    withdrawal_root,
    place,
    max(maximum) as maximum_when_queued,
    min(maximum) as maximum_now
from maxima
where withdrawal_root is not null
group by operator_id, withdrawal_root, place
