-- Epochs whose active stakes do not sum up to the total stake of the domain.
-- Grain: one row per epoch.
-- Units: base units.

select epoch, active_stake, total_stake
from epochs
where active_stake <> total_stake
