-- Changes of the shares of each delegator in :strategies at its operator.
-- Grain: one row per share event of a delegator.
-- Units: shares in base units of the strategy's token, days since 1970.

-- leaves out rows of the zero address, which lower the operator's total at a slash, and of 'SLASHED', which repeat them
select
    operator_id,
    staker_id,
    strategy_id,
    block_number,
    log_index,
    block_timestamp / 86400 as day,
    case event_type when 'INCREASED' then shares else -shares end::numeric as delta
from operator_share_events
where
    operator_id in (select unnest(:operators))
    and strategy_id in (select unnest(:strategies))
    and block_number <= :until_block
    and staker_id not in ('SLASHED', '0x0000000000000000000000000000000000000000')
