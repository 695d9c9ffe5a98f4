-- What each staker had in the withdrawal queue of its operator at each slash.
-- Grain: one row per slash, strategy and staker with slashable withdrawals then.
-- Units: shares in base units of the strategy's token, null when scaled shares or the beacon chain's factor are not known.

with

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
    from slash_rows
    where kind in ('QUEUED', 'LEFT')
    group by operator_id, strategy_id, subject, place
    having min(slash_number) < max(slash_number)
),

-- materialized for the same reason as seen_spans of the step held_at_slashes
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
)

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
