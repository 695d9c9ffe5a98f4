-- The underlying token that each strategy emitted when it was made.
-- Grain: one row per strategy.
-- Units: decimals of the token.

with

emitted as (
    select strategy_id, token, decimals, block_number, log_index
    from strategy_token_set_events
    where block_number <= :until_block
    union all
    select strategy_id, underlying_token, null, block_number, log_index
    from duration_vault_deployed_events
    where block_number <= :until_block
)

select distinct on (strategy_id)
    strategy_id::text,
    token::text as underlying_token,
    (case when decimals between 0 and 77 then decimals end)::integer as decimals
from emitted
order by strategy_id, decimals is null, block_number, log_index
