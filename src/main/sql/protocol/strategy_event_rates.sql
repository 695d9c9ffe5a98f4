-- Exchange rates that strategies emitted, where they changed.
-- Grain: one row per strategy and block in which its rate changed.
-- Units: 10^18 * tokens per share, in base units of both.

with

emitted as (
    select
        strategy_id,
        block_number,
        log_index,
        block_timestamp,
        rate::numeric,
        lag(rate) over (partition by strategy_id order by block_number, log_index) as rate_before
    from exchange_rate_emitted_events
    where block_number <= :until_block
)

select distinct on (strategy_id, block_timestamp)
    strategy_id::text,
    to_timestamp(block_timestamp)::timestamptz as at,
    rate::numeric
from emitted
where rate is distinct from rate_before
order by strategy_id, block_timestamp, block_number desc, log_index desc
