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

maxima as (
    select
        parts.*,
        coalesce((
            select max_magnitude
            from maximum_changes
            where
                maximum_changes.operator_id = parts.operator_id
                and maximum_changes.strategy_id = parts.strategy_id
                and (maximum_changes.block_number, maximum_changes.log_index)
                < (parts.block_number, parts.log_index)
            order by maximum_changes.block_number desc, maximum_changes.log_index desc
            limit 1
        ), 1e18) as maximum_when_queued,
        coalesce((
            select max_magnitude
            from maximum_changes
            where
                maximum_changes.operator_id = parts.operator_id
                and maximum_changes.strategy_id = parts.strategy_id
                and maximum_changes.block_number <= parts.last_slashable_block
            order by maximum_changes.block_number desc, maximum_changes.log_index desc
            limit 1
        ), 1e18) as maximum_now
    from parts
),

-- the contracts apply the beacon chain's factor of the completion, however long after the delay
factors as (
    select
        maxima.*,
        case
            when not is_native_eth then maximum_when_queued
            when beacon_chain.is_known then div(
                maximum_when_queued * coalesce((
                    select factor
                    from beacon_chain_changes
                    where
                        beacon_chain_changes.staker_id = maxima.staker_id
                        and (beacon_chain_changes.block_number, beacon_chain_changes.log_index)
                        < (maxima.block_number, maxima.log_index)
                    order by beacon_chain_changes.block_number desc, beacon_chain_changes.log_index desc
                    limit 1
                ), 1e18),
                1e18
            )
        end as factor_when_queued,
        case
            when not is_native_eth then maximum_now
            when beacon_chain.is_known then div(
                maximum_now * coalesce((
                    select factor
                    from beacon_chain_changes
                    where
                        beacon_chain_changes.staker_id = maxima.staker_id
                        and (
                            maxima.completed_block is null
                            or (beacon_chain_changes.block_number, beacon_chain_changes.log_index)
                            < (maxima.completed_block, maxima.completed_log_index)
                        )
                    order by beacon_chain_changes.block_number desc, beacon_chain_changes.log_index desc
                    limit 1
                ), 1e18),
                1e18
            )
        end as factor_now
    from maxima
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
        factor_now
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
    current_shares::numeric,
    (case
        when factor_now is null then 'UNKNOWN_BEACON_CHAIN_FACTOR'
        when scaled_shares is null then 'UNKNOWN_SCALED_SHARES'
        else 'KNOWN'
    end)::text as current_shares_status,
    (shares - current_shares)::numeric as lost_to_slashes
from current_values
