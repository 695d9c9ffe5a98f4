-- Epochs in which the chain share price of operators rose by more than dust; a slash causes that.
-- Grain: one row per epoch.
-- Units: operators.

select epoch, price_rises
from epoch_quality
where price_rises > 0
