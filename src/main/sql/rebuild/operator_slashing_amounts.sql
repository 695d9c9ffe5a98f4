-- Amount that each slash took of each strategy.
-- Grain: one row per slash and strategy that it names.
-- Units: wads (1e18 is the whole stake), shares in base units.

with

-- companion rows belong to the next slash of their transaction
slashes as (
    select
        operator_id,
        transaction_hash,
        log_index,
        block_number,
        lag(log_index, 1, -1::bigint) over (
            partition by operator_id, transaction_hash order by log_index
        ) as previous_log_index,
        strategies,
        wad_slashed
    from operator_slashed_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

amounts as (
    select
        slashes.operator_id,
        slashes.transaction_hash,
        slashes.log_index,
        slashes.block_number,
        slashes.previous_log_index,
        slashed.strategy_id,
        slashed.wad
    from slashes
    cross join lateral unnest(slashes.strategies, slashes.wad_slashed) as slashed (strategy_id, wad)
),

-- the maximum only falls, so the smallest so far is in force; a slash of 0 leaves it unchanged
maximum_rows as (
    select
        operator_id,
        strategy_id,
        block_number,
        log_index,
        null::text as slash_transaction,
        max_magnitude::numeric
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select operator_id, strategy_id, block_number, log_index, transaction_hash, 1e18 from amounts
),

maxima as (
    select
        operator_id,
        strategy_id,
        log_index,
        slash_transaction,
        min(max_magnitude) over (
            partition by operator_id, strategy_id order by block_number, log_index
        ) as max_magnitude
    from maximum_rows
),

-- the nearest companion before the slash: while an earlier slash of the transaction is not read yet,
-- its companion is there, too
companions as (
    select distinct on (
        amounts.operator_id, amounts.transaction_hash, amounts.log_index, amounts.strategy_id
    )
        amounts.operator_id,
        amounts.transaction_hash,
        amounts.log_index,
        amounts.strategy_id,
        slashed.total_slashed_shares
    from amounts
    join operator_shares_slashed_events as slashed
        on slashed.operator_id = amounts.operator_id
        and slashed.transaction_hash = amounts.transaction_hash
        and slashed.strategy_id = amounts.strategy_id
        and slashed.log_index > amounts.previous_log_index
        and slashed.log_index < amounts.log_index
    order by
        amounts.operator_id,
        amounts.transaction_hash,
        amounts.log_index,
        amounts.strategy_id,
        slashed.log_index desc
)

select
    amounts.operator_id::text,
    amounts.transaction_hash::text,
    amounts.log_index::bigint,
    amounts.strategy_id::text,
    amounts.wad::numeric as wad_slashed,
    (case
        when amounts.wad = 0 then 0
        else companions.total_slashed_shares
    end)::numeric as shares,
    (1e18 - maxima.max_magnitude)::numeric as cumulative_wad_slashed
from amounts
join maxima
    on maxima.operator_id = amounts.operator_id
    and maxima.strategy_id = amounts.strategy_id
    and maxima.slash_transaction = amounts.transaction_hash
    and maxima.log_index = amounts.log_index
left join companions
    on companions.operator_id = amounts.operator_id
    and companions.transaction_hash = amounts.transaction_hash
    and companions.log_index = amounts.log_index
    and companions.strategy_id = amounts.strategy_id
