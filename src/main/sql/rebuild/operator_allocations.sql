-- Allocations of an operator to each operator set: in force and announced.
-- Grain: one row per operator, operator set and strategy that was ever allocated.
-- Units: magnitudes in wads (1e18 is the whole stake), blocks.

with

-- numbers the announcements; later rows get the number of the announcement before them
marked_rows as (
    select
        operator_id,
        operator_set_id,
        strategy_id,
        block_number,
        log_index,
        magnitude,
        effect_block,
        is_announcement,
        fall,
        count(*) filter (where is_announcement) over (
            partition by operator_id, operator_set_id, strategy_id
            order by block_number, log_index
            rows unbounded preceding
        ) as announcement,
        min(block_number) filter (where fall is null) over (
            partition by operator_id, operator_set_id, strategy_id
            order by block_number desc, log_index desc
            rows between unbounded preceding and 1 preceding
        ) as next_plain_block
    from allocation_rows
),

-- any row of the key replaces the announcement if it comes before the announcement takes effect
standing_announcements as (
    select
        operator_id,
        operator_set_id,
        strategy_id,
        announcement,
        log_index,
        magnitude,
        effect_block
    from marked_rows
    where is_announcement and coalesce(next_plain_block >= effect_block, true)
),

slashes_of_announcements as (
    select
        announced.operator_id,
        announced.operator_set_id,
        announced.strategy_id,
        announced.announcement,
        (array_agg(
            slashed.magnitude + slashed.fall order by slashed.block_number, slashed.log_index
        ))[1] as before_first,
        sum(slashed.fall) as fall
    from standing_announcements as announced
    join marked_rows as slashed
        on slashed.operator_id = announced.operator_id
        and slashed.operator_set_id = announced.operator_set_id
        and slashed.strategy_id = announced.strategy_id
        and slashed.announcement = announced.announcement
        and slashed.fall is not null
        and slashed.block_number < announced.effect_block
    group by
        announced.operator_id,
        announced.operator_set_id,
        announced.strategy_id,
        announced.announcement
),

-- a slash lowers a pending increase by what it took, but emits no event for that
lowered_announcements as (
    select
        operator_id,
        operator_set_id,
        strategy_id,
        announced.log_index,
        announced.effect_block,
        case
            when announced.magnitude >= slashes.before_first
                then announced.magnitude - slashes.fall
            else announced.magnitude
        end as magnitude
    from standing_announcements as announced
    left join slashes_of_announcements as slashes
        using (operator_id, operator_set_id, strategy_id, announcement)
),

-- an announcement takes effect before the rows of its block
changes as (
    select
        operator_id, operator_set_id, strategy_id, magnitude, block_number, 1 as turn, log_index
    from allocation_rows
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
