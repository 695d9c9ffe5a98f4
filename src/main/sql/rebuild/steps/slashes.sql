-- Slashes of the operators with the maximum before and after each.
-- Grain: one row per slash and strategy.
-- Units: magnitudes in wads, days since 1970.

select
    operator_id,
    strategy_id,
    subject as transaction_hash,
    block_number,
    log_index,
    day,
    slash_number,
    lag(coalesce(maximum_then, 1e18), 1, 1e18) over chain as max_before,
    coalesce(maximum_then, 1e18) as max_after
from slash_rows
where kind = 'SLASH'
window chain as (partition by operator_id, strategy_id order by slash_number)
