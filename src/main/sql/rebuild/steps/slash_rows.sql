-- Slashes of the operators and what they act on: maxima, shares of delegators, and the time of withdrawals in the queue.
-- Grain: one row per slash and strategy, change of a maximum or of shares, and end of a part of a withdrawal in the queue.
-- Units: shares in base units of the strategy's token, magnitudes in wads, days since 1970; rows of an operator and strategy
-- are in the order of the chain, slash_number counts the slashes so far.

with

maximum_changes as (
    select operator_id, strategy_id, block_number, log_index, max_magnitude::numeric
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

slashed_strategies as (
    select
        slashed.operator_id,
        slashed.transaction_hash,
        slashed.log_index,
        slashed.block_number,
        slashed.block_timestamp / 86400 as day,
        part.strategy_id
    from operator_slashed_events as slashed
    cross join lateral unnest(slashed.strategies, slashed.wad_slashed) as part (strategy_id, wad)
    where
        slashed.operator_id in (select unnest(:operators))
        and slashed.block_number <= :until_block
        and part.wad > 0
),

-- a withdrawal is slashable until its delay is over or it is completed
queued_parts as (
    select
        withdrawals.operator_id,
        withdrawals.withdrawal_root,
        withdrawals.staker_id,
        withdrawals.block_number,
        withdrawals.log_index,
        case
            when withdrawals.completed_block <= withdrawals.start_block + :withdrawal_delay
                then array[withdrawals.completed_block, withdrawals.completed_log_index]
            else array[withdrawals.start_block + :withdrawal_delay, 9223372036854775807]
        end as until_position,
        part.strategy_id,
        part.shares,
        part.scaled_shares,
        part.place
    from withdrawals
    cross join lateral unnest(
        withdrawals.strategies, withdrawals.shares, withdrawals.scaled_shares
    ) with ordinality as part (strategy_id, shares, scaled_shares, place)
),

chain_rows as (
    select
        operator_id,
        strategy_id,
        block_number,
        log_index,
        'SLASH' as kind,
        null::numeric as max_magnitude,
        null::text as staker_id,
        null::numeric as shares,
        null::numeric as scaled_shares,
        transaction_hash as subject,
        null::bigint as place,
        day
    from slashed_strategies
    union all
    select
        operator_id, strategy_id, block_number, log_index, 'MAXIMUM', max_magnitude, null, null, null, null, null, null
    from maximum_changes
    union all
    select
        operator_id, strategy_id, block_number, log_index, 'SHARES', null, staker_id, delta, null, null, null, null
    from delegator_deltas
    union all
    select
        operator_id, strategy_id, block_number, log_index, 'QUEUED', null, staker_id, shares, scaled_shares,
        withdrawal_root, place, null
    from queued_parts
    union all
    select
        operator_id, strategy_id, until_position[1], until_position[2], 'LEFT', null, null, null, null,
        withdrawal_root, place, null
    from queued_parts
)

-- the maximum only falls, so the smallest so far is in force
select
    chain_rows.*,
    count(*) filter (where kind = 'SLASH') over chain as slash_number,
    min(max_magnitude) over chain as maximum_then
from chain_rows
where operator_id in (select operator_id from slashed_strategies)
window chain as (
    partition by operator_id, strategy_id
    order by block_number, log_index
    rows unbounded preceding
)
