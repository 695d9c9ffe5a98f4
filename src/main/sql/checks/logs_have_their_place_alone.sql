-- Log indexes of a block that logs of several transactions share.
-- Grain: one row per block and log index.
-- Units: blocks.

select
    block_number,
    log_index,
    min(transaction_hash) as one_transaction,
    max(transaction_hash) as other_transaction
from event_logs
group by block_number, log_index
having min(transaction_hash) <> max(transaction_hash)
