-- What documents of epochs tell in a way that cannot be taken.
-- Grain: one row per epoch and place.
-- Units: none.

select epoch, json_path, kind, left(raw, 200) as raw, reason
from epoch_issues
