-- Epochs without a document between the first and the last.
-- Grain: one row per gap.
-- Units: epochs.

select earlier + 1 as first_missing, epoch - 1 as last_missing
from (
    select epoch, lag(epoch) over (order by epoch) as earlier
    from epochs
) as neighbours
where epoch > earlier + 1
