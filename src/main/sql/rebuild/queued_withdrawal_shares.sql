-- What each withdrawal held in each strategy when it was queued, and what slashes left of it.
-- Grain: one row per operator, withdrawal and place of the strategy in it.
-- Units: shares in base units of the strategy's token.

with

-- slashes count until the delay is over
parts as (
    select
        withdrawals.operator_id,
        withdrawals.withdrawal_root,
        withdrawals.staker_id,
        withdrawals.block_number,
        withdrawals.log_index,
        withdrawals.completed_block,
        withdrawals.completed_log_index,
        least(
            withdrawals.completed_block, withdrawals.start_block + :withdrawal_delay, :until_block
        ) as last_slashable_block,
        part.strategy_id,
        part.strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' as is_native_eth,
        part.shares,
        part.scaled_shares,
        part.place
    from withdrawals
    cross join lateral unnest(
        withdrawals.strategies, withdrawals.shares, withdrawals.scaled_shares
    ) with ordinality as part (strategy_id, shares, scaled_shares, place)
),

maximum_changes as (
    select operator_id, strategy_id, max_magnitude::numeric, block_number, log_index
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

beacon_chain_changes as (
    select
        staker_id,
        new_beacon_chain_slashing_factor::numeric as factor,
        block_number,
        log_index
    from beacon_chain_slashing_events
    where
        staker_id in (select staker_id from parts where is_native_eth)
        and block_number <= :until_block
),

-- a source may lack the table, and then the factor is not known
beacon_chain as (
    select has_table_privilege(to_regclass('beacon_chain_slashing_events'), 'select') is true as is_known
),

-- each part when it is queued and when it can last be slashed; a maximum only falls, so the smallest one up to a log
-- is in force there
maximum_rows as (
    select operator_id, strategy_id, block_number, log_index, max_magnitude,
        null as withdrawal_root, null::bigint as place
    from maximum_changes
    union all
    select operator_id, strategy_id, moment.block_number, moment.log_index, null, withdrawal_root, place
    from parts
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
),

part_maxima as (
    select
        operator_id,
        withdrawal_root,
        place,
        max(maximum) as maximum_when_queued,
        min(maximum) as maximum_now
    from maxima
    where withdrawal_root is not null
    group by operator_id, withdrawal_root, place
),

-- the contracts apply the beacon chain's factor of the completion, however long after the delay; it only falls, too
beacon_chain_rows as (
    select staker_id, block_number, log_index, factor,
        null as operator_id, null as withdrawal_root, null::bigint as place
    from beacon_chain_changes
    union all
    select staker_id, moment.block_number, moment.log_index, null, operator_id, withdrawal_root, place
    from parts
    cross join lateral (
        values
            (block_number, log_index),
            (coalesce(completed_block, :until_block), coalesce(completed_log_index, 2147483647))
    ) as moment (block_number, log_index)
    where is_native_eth
),

beacon_chain_factors as (
    select
        operator_id,
        withdrawal_root,
        place,
        coalesce(min(factor) over until_here, 1e18) as factor
    from beacon_chain_rows
    window until_here as (
        partition by staker_id order by block_number, log_index rows unbounded preceding
    )
),

part_factors as (
    select
        operator_id,
        withdrawal_root,
        place,
        max(factor) as factor_when_queued,
        min(factor) as factor_now
    from beacon_chain_factors
    where withdrawal_root is not null
    group by operator_id, withdrawal_root, place
),

factors as (
    select
        parts.*,
        case
            when not parts.is_native_eth then part_maxima.maximum_when_queued
            when beacon_chain.is_known
                then div(part_maxima.maximum_when_queued * part_factors.factor_when_queued, 1e18)
        end as factor_when_queued,
        case
            when not parts.is_native_eth then part_maxima.maximum_now
            when beacon_chain.is_known then div(part_maxima.maximum_now * part_factors.factor_now, 1e18)
        end as factor_now,
        case
            when not parts.is_native_eth then 1e18
            when beacon_chain.is_known then part_factors.factor_now
        end as beacon_chain_factor
    from parts
    join part_maxima using (operator_id, withdrawal_root, place)
    left join part_factors using (operator_id, withdrawal_root, place)
    cross join beacon_chain
),

-- before any slash, scaled shares are the shares themselves
scaled as (
    select
        operator_id,
        withdrawal_root,
        place,
        staker_id,
        strategy_id,
        completed_block is null as is_queued,
        shares,
        coalesce(scaled_shares, case when factor_when_queued = 1e18 then shares end) as scaled_shares,
        factor_now,
        beacon_chain_factor
    from factors
),

current_values as (
    select scaled.*, div(scaled_shares * factor_now, 1e18) as current_shares
    from scaled
)

select
    operator_id::text,
    withdrawal_root::text,
    place::integer,
    staker_id::text,
    strategy_id::text,
    is_queued::boolean,
    shares::numeric,
    scaled_shares::numeric,
    beacon_chain_factor::numeric,
    current_shares::numeric,
    (case
        when factor_now is null then 'UNKNOWN_BEACON_CHAIN_FACTOR'
        when scaled_shares is null then 'UNKNOWN_SCALED_SHARES'
        else 'KNOWN'
    end)::text as current_shares_status,
    (shares - current_shares)::numeric as lost_to_slashes
from current_values
