-- Epochs whose stake and shares do not give the price recorded for the epoch before.
-- Grain: one row per epoch.
-- Units: operators.

select epoch, price_mismatches
from epoch_quality
where price_mismatches > 0
