-- Allocation events of the operators, with the fall of the maximum if a slash caused the event.
-- Grain: one row per allocation event.
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

acts as (
    select
        operator_id,
        transaction_hash,
        block_number,
        log_index,
        operator_set_id,
        strategy_id,
        magnitude,
        effect_block,
        is_announcement,
        null::text as slashing_set,
        null::numeric as fall
    from allocations
    union all
    select
        operator_id, transaction_hash, null, log_index, null, strategy_id, null, null, null, null, fall
    from maximum_changes
    union all
    select
        operator_id, transaction_hash, null, log_index, null, null, null, null, null,
        operator_set_id, null
    from operator_slashed_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

acts_before_others as (
    select
        operator_id,
        operator_set_id,
        strategy_id,
        block_number,
        log_index,
        magnitude,
        effect_block,
        is_announcement,
        (array_agg(slashing_set) filter (where slashing_set is not null) over (
            partition by operator_id, transaction_hash
            order by log_index
            rows between 1 following and unbounded following
        ))[1] as next_slashing_set,
        (array_agg(fall) filter (where fall is not null) over (
            partition by operator_id, transaction_hash, strategy_id
            order by log_index
            rows between 1 following and unbounded following
        ))[1] as next_fall
    from acts
)

-- a row in force at once belongs to the next slash of its transaction if that is by the row's operator set
select
    operator_id,
    operator_set_id,
    strategy_id,
    block_number,
    log_index,
    magnitude,
    effect_block,
    is_announcement,
    case
        when not is_announcement and next_slashing_set = operator_set_id
            then coalesce(next_fall, 0)
    end as fall
from acts_before_others
where magnitude is not null
