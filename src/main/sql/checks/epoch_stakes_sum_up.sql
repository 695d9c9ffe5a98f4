-- Stakes at work that do not sum up to what the domain says.
-- Grain: one row per epoch.
-- Units: base units.

select epoch, active_stake, total_stake
from epochs
where active_stake <> total_stake
