-- What each slash took of each delegator: of the shares that it held and of those that it had in the withdrawal queue.
-- Grain: one row per slash that lowered a maximum, strategy and staker that held or withdrew shares then.
-- Units: shares in base units of the strategy's token, null when they cannot be known; magnitudes in wads.

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
),

-- the maximum only falls, so the smallest so far is in force
numbered_rows as (
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
),

slashes as (
    select
        operator_id,
        strategy_id,
        subject as transaction_hash,
        block_number,
        log_index,
        day,
        slash_number,
        lag(coalesce(maximum_then, 1e18), 1, 1e18) over chain as max_before,
        coalesce(maximum_then, 1e18) as max_after
    from numbered_rows
    where kind = 'SLASH'
    window chain as (partition by operator_id, strategy_id order by slash_number)
),

-- each delta is divided by the maximum in force just before it, in parts of 1e72: rounded up, so that what divides without
-- a rest has none after it is multiplied
delta_sums as (
    select
        operator_id,
        strategy_id,
        staker_id,
        slash_number,
        min(coalesce(maximum_then, 1e18)) as maximum_then,
        sum(
            div(
                shares * 1e72 + case when shares > 0 then coalesce(maximum_then, 1e18) - 1 else 0 end,
                nullif(coalesce(maximum_then, 1e18), 0)
            )
        ) as parts,
        sum(greatest(shares, 0)) as received,
        count(*) filter (where shares > 0) as receipts,
        null::bigint as shortfall_day
    from numbered_rows
    where kind = 'SHARES'
    group by operator_id, strategy_id, staker_id, slash_number
    union all
    select operator_id, strategy_id, staker_id, -1, null, 0, 0, 0, day from delegator_shortfalls
),

-- what a staker held from one of its changes to the next, as seen by the slashes between them; the contract rounds at
-- each receipt, by up to two parts in 1e18 of all shares ever received
spans as (
    select
        operator_id,
        strategy_id,
        staker_id,
        slash_number,
        lead(slash_number) over chain as next_slash_number,
        maximum_then,
        sum(parts) over chain as parts,
        div(2 * sum(receipts) over chain * sum(received) over chain, 1e18) + 20 as dust,
        min(shortfall_day) over (partition by operator_id, strategy_id, staker_id) as shortfall_day
    from delta_sums
    window chain as (partition by operator_id, strategy_id, staker_id order by slash_number)
),

slash_counts as (
    select operator_id, strategy_id, count(*) as slash_count from slashes group by operator_id, strategy_id
),

-- one row per slash and holder. Materialized like seen_queues: the planner, which does not know how few slashes a span has,
-- would compare each span with all slashes
seen_spans as materialized (
    select span.*, seen.slash_number as seen_number
    from spans as span
    join slash_counts using (operator_id, strategy_id)
    cross join lateral generate_series(
        span.slash_number + 1, coalesce(span.next_slash_number, slash_counts.slash_count)
    ) as seen (slash_number)
    where
        span.slash_number >= 0
        and (
            span.shortfall_day is not null
            -- later maxima are not above the one of the span, so that less is dust at all its slashes
            or div(span.maximum_then * span.parts, 1e72)
            > case when span.maximum_then = 1e18 then 0 else span.dust end
        )
),

held as (
    select
        slashes.operator_id,
        slashes.transaction_hash,
        slashes.log_index,
        slashes.strategy_id,
        span.staker_id,
        div(slashes.max_before * span.parts, 1e72) as shares_before,
        div(slashes.max_after * span.parts, 1e72) as shares_after,
        case when slashes.max_before = 1e18 then 0 else span.dust end as dust,
        coalesce(span.shortfall_day <= slashes.day, false) as is_short
    from seen_spans as span
    join slashes
        on
            slashes.operator_id = span.operator_id
            and slashes.strategy_id = span.strategy_id
            and slashes.slash_number = span.seen_number
),

known_held as (
    select
        operator_id,
        transaction_hash,
        log_index,
        strategy_id,
        staker_id,
        case when not is_short then shares_before end as shares_before,
        case when not is_short then shares_after end as shares_after
    from held
    where shares_before > dust or is_short
),

-- before any slash, scaled shares are the shares themselves
queued_spans as (
    select
        operator_id,
        strategy_id,
        min(staker_id) as staker_id,
        min(
            coalesce(scaled_shares, case when kind = 'QUEUED' and maximum_then is null then shares end)
        ) as scaled_shares,
        min(slash_number) as slash_number,
        max(slash_number) as last_slash_number
    from numbered_rows
    where kind in ('QUEUED', 'LEFT')
    group by operator_id, strategy_id, subject, place
    having min(slash_number) < max(slash_number)
),

seen_queues as materialized (
    select span.*, seen.slash_number as seen_number
    from queued_spans as span
    cross join lateral generate_series(span.slash_number + 1, span.last_slash_number)
        as seen (slash_number)
),

queued_slashes as (
    select
        slashes.*,
        span.staker_id,
        span.scaled_shares
    from seen_queues as span
    join slashes
        on
            slashes.operator_id = span.operator_id
            and slashes.strategy_id = span.strategy_id
            and slashes.slash_number = span.seen_number
),

beacon_chain_rows as (
    select staker_id, block_number, log_index, new_beacon_chain_slashing_factor::numeric as factor
    from beacon_chain_slashing_events
    where staker_id in (select staker_id from withdrawals) and block_number <= :until_block
    union all
    select distinct staker_id, block_number, log_index, null::numeric
    from queued_slashes
    where strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
),

-- the factor only falls, like a maximum
beacon_chain_factors as (
    select staker_id, block_number, log_index, min(before.factor) as factor
    from (
        select
            staker_id,
            block_number,
            log_index,
            factor is null as is_slash,
            min(factor) over (
                partition by staker_id order by block_number, log_index rows unbounded preceding
            ) as factor
        from beacon_chain_rows
    ) as before
    where is_slash
    group by staker_id, block_number, log_index
),

-- a source may lack the table, and then the factor is not known
beacon_chain as (
    select has_table_privilege(to_regclass('beacon_chain_slashing_events'), 'select') is true as is_known
),

queued_factors as (
    select
        queued.*,
        case
            when queued.strategy_id <> '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' then 1e18
            when beacon_chain.is_known then coalesce(factors.factor, 1e18)
        end as beacon_chain_factor
    from queued_slashes as queued
    cross join beacon_chain
    left join beacon_chain_factors as factors using (staker_id, block_number, log_index)
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
    from queued_factors
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
