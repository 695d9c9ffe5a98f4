-- Epochs that do not end after the epoch before.
-- Grain: one row per epoch.
-- Units: blocks.

select epochs.epoch, epochs.end_block, earlier.end_block as earlier_end_block
from epochs
join epochs as earlier on earlier.epoch = epochs.epoch - 1
where epochs.end_block <= earlier.end_block
