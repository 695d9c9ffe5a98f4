-- Transactions whose logs are in several blocks: a reorganisation was exported twice.
-- Grain: one row per transaction.
-- Units: blocks.

select
    transaction_hash,
    min(block_number) as first_block,
    max(block_number) as last_block
from event_logs
group by transaction_hash
having min(block_number) <> max(block_number)
