-- What an operator has allocated to each operator set: in force, and announced.
-- Grain: one row per operator, operator set and strategy that was ever allocated.
-- Units: magnitudes in wads (1e18 is the whole stake), blocks.

with

allocations as (
    select
        operator_id,
        operator_set_id,
        strategy_id,
        transaction_hash,
        block_number,
        log_index,
        magnitude::numeric,
        effect_block::bigint,
        effect_block > block_number as is_announcement
    from allocation_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

maximum_changes as (
    select
        operator_id,
        strategy_id,
        transaction_hash,
        log_index,
        coalesce(lag(max_magnitude::numeric) over chain, 1e18) - max_magnitude::numeric as fall
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    window chain as (partition by operator_id, strategy_id order by block_number, log_index)
),

-- a row at once in force belongs to the next slash of its transaction, if that is of its set
slash_rows as (
    select
        allocations.operator_id,
        allocations.operator_set_id,
        allocations.strategy_id,
        allocations.block_number,
        allocations.log_index,
        allocations.magnitude,
        coalesce(next_maximum.fall, 0) as fall
    from allocations
    cross join lateral (
        select operator_slashed_events.operator_set_id
        from operator_slashed_events
        where
            operator_slashed_events.operator_id = allocations.operator_id
            and operator_slashed_events.transaction_hash = allocations.transaction_hash
            and operator_slashed_events.log_index > allocations.log_index
        order by operator_slashed_events.log_index
        limit 1
    ) as next_slash
    left join lateral (
        select maximum_changes.fall
        from maximum_changes
        where
            maximum_changes.operator_id = allocations.operator_id
            and maximum_changes.strategy_id = allocations.strategy_id
            and maximum_changes.transaction_hash = allocations.transaction_hash
            and maximum_changes.log_index > allocations.log_index
        order by maximum_changes.log_index
        limit 1
    ) as next_maximum on true
    where
        not allocations.is_announcement
        and next_slash.operator_set_id = allocations.operator_set_id
),

marked_rows as (
    select
        allocations.operator_id,
        allocations.operator_set_id,
        allocations.strategy_id,
        allocations.block_number,
        allocations.log_index,
        allocations.magnitude,
        allocations.effect_block,
        allocations.is_announcement,
        min(allocations.block_number) filter (where slash_rows.log_index is null) over (
            partition by
                allocations.operator_id, allocations.operator_set_id, allocations.strategy_id
            order by allocations.block_number, allocations.log_index
            rows between 1 following and unbounded following
        ) as next_plain_block
    from allocations
    left join slash_rows
        on slash_rows.operator_id = allocations.operator_id
        and slash_rows.operator_set_id = allocations.operator_set_id
        and slash_rows.strategy_id = allocations.strategy_id
        and slash_rows.block_number = allocations.block_number
        and slash_rows.log_index = allocations.log_index
),

-- whatever is said of the key before an announcement takes effect replaces it
standing_announcements as (
    select operator_id, operator_set_id, strategy_id, block_number, log_index, magnitude, effect_block
    from marked_rows
    where is_announcement and coalesce(next_plain_block >= effect_block, true)
),

-- no event tells that a slash lowers a pending increase by what it took
lowered_announcements as (
    select
        announced.operator_id,
        announced.operator_set_id,
        announced.strategy_id,
        announced.log_index,
        announced.effect_block,
        case
            when announced.magnitude >= slashes.before_first
                then announced.magnitude - slashes.fall
            else announced.magnitude
        end as magnitude
    from standing_announcements as announced
    left join lateral (
        select
            (array_agg(
                slash_rows.magnitude + slash_rows.fall
                order by slash_rows.block_number, slash_rows.log_index
            ))[1] as before_first,
            sum(slash_rows.fall) as fall
        from slash_rows
        where
            slash_rows.operator_id = announced.operator_id
            and slash_rows.operator_set_id = announced.operator_set_id
            and slash_rows.strategy_id = announced.strategy_id
            and (slash_rows.block_number, slash_rows.log_index)
                > (announced.block_number, announced.log_index)
            and slash_rows.block_number < announced.effect_block
    ) as slashes on true
),

-- an announcement takes effect before the rows of its block
changes as (
    select
        operator_id, operator_set_id, strategy_id, magnitude, block_number, 1 as turn, log_index
    from allocations
    where not is_announcement
    union all
    select operator_id, operator_set_id, strategy_id, magnitude, effect_block, 0, log_index
    from lowered_announcements
    where effect_block <= :until_block
),

current_magnitudes as (
    select distinct on (operator_id, operator_set_id, strategy_id)
        operator_id, operator_set_id, strategy_id, magnitude
    from changes
    order by
        operator_id, operator_set_id, strategy_id, block_number desc, turn desc, log_index desc
),

pending_magnitudes as (
    select operator_id, operator_set_id, strategy_id, magnitude, effect_block
    from lowered_announcements
    where effect_block > :until_block
)

select
    operator_id::text,
    operator_set_id::text,
    strategy_id::text,
    coalesce(current_magnitudes.magnitude, 0)::numeric as current_magnitude,
    pending_magnitudes.magnitude::numeric as pending_magnitude,
    pending_magnitudes.effect_block::bigint as pending_effect_block
from current_magnitudes
full outer join pending_magnitudes using (operator_id, operator_set_id, strategy_id)
