-- Maximum and last encumbered magnitude of an operator in a strategy, as its events say.
-- Grain: one row per operator and strategy that magnitude or allocation events name.
-- Units: magnitudes in wads (1e18 is the whole stake).

with

latest_maximum as (
    select distinct on (operator_id, strategy_id) operator_id, strategy_id, max_magnitude
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    order by operator_id, strategy_id, block_number desc, log_index desc
),

latest_encumbered as (
    select distinct on (operator_id, strategy_id) operator_id, strategy_id, encumbered_magnitude
    from encumbered_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    order by operator_id, strategy_id, block_number desc, log_index desc
),

allocated as (
    select distinct operator_id, strategy_id
    from allocation_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
)

select
    operator_id::text,
    strategy_id::text,
    coalesce(latest_maximum.max_magnitude, 1e18)::numeric as max_magnitude,
    coalesce(latest_encumbered.encumbered_magnitude, 0)::numeric as last_encumbered_magnitude
from allocated
full outer join latest_maximum using (operator_id, strategy_id)
full outer join latest_encumbered using (operator_id, strategy_id)
