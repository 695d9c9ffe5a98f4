-- Commission rates that apply where an operator set none.
-- Grain: one row per change of the default.
-- Units: bips (10000 keeps the whole reward), blocks, instants.

select
    block_number::bigint as set_block,
    log_index::bigint as set_log_index,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(block_timestamp, 4102444800))::timestamptz as set_at,
    new_default_operator_split_bips::integer as bips
from default_operator_split_bips_set_events
where block_number <= :until_block
