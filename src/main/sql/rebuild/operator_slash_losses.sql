-- What each slash took of each delegator: of the shares that it held and of those that it had in the withdrawal queue.
-- Grain: one row per slash that lowered a maximum, strategy and staker that held or withdrew shares then.
-- Units: shares in base units of the strategy's token, null when they cannot be known; magnitudes in wads.

with

maximum_changes as (
    select operator_id, strategy_id, block_number, log_index, max_magnitude::numeric
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

-- the maximum only falls, so the smallest so far is in force
slashes as (
    select
        slashed.operator_id,
        slashed.transaction_hash,
        slashed.log_index,
        slashed.block_number,
        slashed.block_timestamp / 86400 as day,
        part.strategy_id,
        coalesce(
            (
                select min(max_magnitude)
                from maximum_changes
                where
                    maximum_changes.operator_id = slashed.operator_id
                    and maximum_changes.strategy_id = part.strategy_id
                    and (maximum_changes.block_number, maximum_changes.log_index)
                    < (slashed.block_number, slashed.log_index)
            ),
            1e18
        ) as max_after
    from operator_slashed_events as slashed
    cross join lateral unnest(slashed.strategies, slashed.wad_slashed) as part (strategy_id, wad)
    where
        slashed.operator_id in (select unnest(:operators))
        and slashed.block_number <= :until_block
        and part.wad > 0
),

slash_maxima as (
    select
        slashes.*,
        lag(max_after, 1, 1e18) over (
            partition by operator_id, strategy_id order by block_number, log_index
        ) as max_before
    from slashes
),

chain_rows as (
    select
        operator_id,
        staker_id,
        strategy_id,
        block_number,
        log_index,
        delta,
        null::numeric as max_magnitude
    from delegator_deltas
    where (operator_id, strategy_id) in (select operator_id, strategy_id from slashes)
    union all
    select operator_id, null, strategy_id, block_number, log_index, null, max_magnitude
    from maximum_changes
),

-- each delta is divided by the maximum in force just before it
deltas_then as (
    select
        operator_id,
        staker_id,
        strategy_id,
        block_number,
        log_index,
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

deltas_before as (
    select
        slash_maxima.operator_id,
        slash_maxima.transaction_hash,
        slash_maxima.log_index,
        slash_maxima.strategy_id,
        deltas_then.staker_id,
        slash_maxima.day,
        slash_maxima.max_before,
        slash_maxima.max_after,
        deltas_then.maximum_then,
        sum(deltas_then.delta) as delta,
        sum(greatest(deltas_then.delta, 0)) as received,
        count(*) filter (where deltas_then.delta > 0) as receipts
    from slash_maxima
    join deltas_then using (operator_id, strategy_id)
    where
        deltas_then.staker_id is not null
        and (deltas_then.block_number, deltas_then.log_index)
        < (slash_maxima.block_number, slash_maxima.log_index)
    group by
        slash_maxima.operator_id,
        slash_maxima.transaction_hash,
        slash_maxima.log_index,
        slash_maxima.strategy_id,
        deltas_then.staker_id,
        slash_maxima.day,
        slash_maxima.max_before,
        slash_maxima.max_after,
        deltas_then.maximum_then
),

-- 36 more digits keep the sums exact; the contract rounds at each receipt, by up to two parts in 1e18 of all shares ever received
held as (
    select
        operator_id,
        transaction_hash,
        log_index,
        strategy_id,
        staker_id,
        day,
        div(sum(div(max_before * delta * 1e36, nullif(maximum_then, 0))), 1e36) as shares_before,
        div(sum(div(max_after * delta * 1e36, nullif(maximum_then, 0))), 1e36) as shares_after,
        case
            when max_before = 1e18 then 0
            else div(2 * sum(receipts) * sum(received), 1e18) + 20
        end as dust
    from deltas_before
    group by
        operator_id, transaction_hash, log_index, strategy_id, staker_id, day, max_before, max_after
),

known_held as (
    select
        held.operator_id,
        held.transaction_hash,
        held.log_index,
        held.strategy_id,
        held.staker_id,
        case when shortfalls.operator_id is null then held.shares_before end as shares_before,
        case when shortfalls.operator_id is null then held.shares_after end as shares_after
    from held
    left join delegator_shortfalls as shortfalls
        on
            shortfalls.operator_id = held.operator_id
            and shortfalls.staker_id = held.staker_id
            and shortfalls.strategy_id = held.strategy_id
            and shortfalls.day <= held.day
    where held.shares_before > held.dust or shortfalls.operator_id is not null
),

beacon_chain_changes as (
    select staker_id, new_beacon_chain_slashing_factor::numeric as factor, block_number, log_index
    from beacon_chain_slashing_events
    where staker_id in (select staker_id from withdrawals) and block_number <= :until_block
),

-- a source may lack the table, and then the factor is not known
beacon_chain as (
    select has_table_privilege(to_regclass('beacon_chain_slashing_events'), 'select') is true as is_known
),

-- a withdrawal is slashable until its delay is over; before any slash, scaled shares are the shares themselves
queued_parts as (
    select
        slash_maxima.operator_id,
        slash_maxima.transaction_hash,
        slash_maxima.log_index,
        slash_maxima.strategy_id,
        withdrawals.staker_id,
        slash_maxima.max_before,
        slash_maxima.max_after,
        coalesce(
            part.scaled_shares,
            case
                when not exists (
                    select from maximum_changes
                    where
                        maximum_changes.operator_id = withdrawals.operator_id
                        and maximum_changes.strategy_id = part.strategy_id
                        and (maximum_changes.block_number, maximum_changes.log_index)
                        < (withdrawals.block_number, withdrawals.log_index)
                )
                    then part.shares
            end
        ) as scaled_shares,
        case
            when slash_maxima.strategy_id <> '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' then 1e18
            when beacon_chain.is_known
                then coalesce(
                    (
                        select factor from beacon_chain_changes
                        where
                            beacon_chain_changes.staker_id = withdrawals.staker_id
                            and (beacon_chain_changes.block_number, beacon_chain_changes.log_index)
                            < (slash_maxima.block_number, slash_maxima.log_index)
                        order by
                            beacon_chain_changes.block_number desc, beacon_chain_changes.log_index desc
                        limit 1
                    ),
                    1e18
                )
        end as beacon_chain_factor
    from slash_maxima
    join withdrawals on withdrawals.operator_id = slash_maxima.operator_id
    cross join lateral unnest(
        withdrawals.strategies, withdrawals.shares, withdrawals.scaled_shares
    ) as part (strategy_id, shares, scaled_shares)
    cross join beacon_chain
    where
        part.strategy_id = slash_maxima.strategy_id
        and (withdrawals.block_number, withdrawals.log_index)
        < (slash_maxima.block_number, slash_maxima.log_index)
        and withdrawals.start_block + :withdrawal_delay >= slash_maxima.block_number
        and (
            withdrawals.completed_block is null
            or (withdrawals.completed_block, withdrawals.completed_log_index)
            > (slash_maxima.block_number, slash_maxima.log_index)
        )
),

queued as (
    select
        operator_id,
        transaction_hash,
        log_index,
        strategy_id,
        staker_id,
        case
            when count(*) = count(scaled_shares * beacon_chain_factor)
                then sum(div(scaled_shares * div(max_before * beacon_chain_factor, 1e18), 1e18))
        end as queued_before,
        case
            when count(*) = count(scaled_shares * beacon_chain_factor)
                then sum(div(scaled_shares * div(max_after * beacon_chain_factor, 1e18), 1e18))
        end as queued_after
    from queued_parts
    group by operator_id, transaction_hash, log_index, strategy_id, staker_id
)

select
    operator_id::text,
    transaction_hash::text,
    log_index::bigint,
    strategy_id::text,
    staker_id::text,
    (case when known_held.operator_id is null then 0 else known_held.shares_before end)::numeric
        as shares_before,
    (
        case
            when known_held.operator_id is null then 0
            else known_held.shares_before - known_held.shares_after
        end
    )::numeric as shares_lost,
    (case when queued.operator_id is null then 0 else queued.queued_before end)::numeric
        as queued_before,
    (
        case when queued.operator_id is null then 0 else queued.queued_before - queued.queued_after end
    )::numeric as queued_lost
from known_held
full outer join queued using (operator_id, transaction_hash, log_index, strategy_id, staker_id)
