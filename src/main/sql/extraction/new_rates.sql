-- Strategies that emitted a rate or their token since the last block of the state.
-- Grain: one row per strategy.
-- Units: addresses.

select strategy_id::text
from exchange_rate_emitted_events
where block_number > :after_block and block_number <= :until_block
union
select strategy_id::text
from strategy_token_set_events
where block_number > :after_block and block_number <= :until_block
