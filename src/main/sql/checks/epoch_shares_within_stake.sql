-- Epochs in which operators have more shares than stake, which makes a price above 10^18.
-- Grain: one row per epoch.
-- Units: operators.

select epoch, shares_above_stake
from epoch_quality
where shares_above_stake > 0
