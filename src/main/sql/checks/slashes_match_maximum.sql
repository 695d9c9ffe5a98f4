-- Slashes whose wad does not equal the decrease of the maximum magnitude.
-- Grain: one row per slash and strategy.
-- Units: wads; a division on chain may be one unit off.

with

slashes as (
    select
        operator_id,
        transaction_hash,
        log_index,
        strategy_id,
        wad_slashed,
        1e18 - cumulative_wad_slashed as max_magnitude,
        1e18 - lag(cumulative_wad_slashed, 1, 0::numeric) over (
            partition by operator_id, strategy_id order by slashed_block, log_index
        ) as previous_max_magnitude
    from operator_slashing_amounts
    join operator_slashing_incidents using (operator_id, transaction_hash, log_index)
)

select
    operator_id,
    transaction_hash,
    log_index,
    strategy_id,
    wad_slashed,
    previous_max_magnitude,
    max_magnitude
from slashes
where
    abs(previous_max_magnitude - max_magnitude - div(previous_max_magnitude * wad_slashed, 1e18)) > 1
