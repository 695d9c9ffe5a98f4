-- Delegators with share events whose operator or pod was slashed.
-- Grain: one row per operator, staker and strategy, while the staker is delegated.
-- Units: none.

with

slashed as (
    select distinct operator_id, strategy_id
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

native_holders as (
    select distinct operator_id, staker_id, strategy_id
    from delegator_deltas
    where strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
),

slashed_pods as (
    select distinct staker_id
    from beacon_chain_slashing_events
    where staker_id in (select staker_id from native_holders) and block_number <= :until_block
)

select operator_id, staker_id, strategy_id
from (
    select operator_id, staker_id, strategy_id
    from delegator_deltas
    join slashed using (operator_id, strategy_id)
    union
    select operator_id, staker_id, strategy_id
    from native_holders
    join slashed_pods using (staker_id)
) as known
where not exists (
    select from delegation_periods as period
    where
        period.operator_id = known.operator_id
        and period.staker_id = known.staker_id
        and period.until_day = 2147483647
        and not period.is_delegated
)
