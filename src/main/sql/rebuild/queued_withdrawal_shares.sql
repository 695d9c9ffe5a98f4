-- What each withdrawal held in each strategy when it was queued, and what slashes left of it.
-- Grain: one row per operator, withdrawal and place of the strategy in it.
-- Units: shares in base units of the strategy's token.

with

-- a source may lack the table, and then the factor is not known
beacon_chain as (
    select has_table_privilege(to_regclass('beacon_chain_slashing_events'), 'select') is true as is_known
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
    from withdrawal_parts as parts
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
