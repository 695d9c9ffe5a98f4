-- Values in epoch documents that cannot be read.
-- Grain: one row per epoch and position in the document.
-- Units: none.

select epoch, json_path, kind, left(raw, 200) as raw, reason
from epoch_issues
