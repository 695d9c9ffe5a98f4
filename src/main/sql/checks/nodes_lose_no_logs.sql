-- Logs that a node left out though the receipts of their block hold them: others of its blocks may lack some, too.
-- Grain: one row per block and node.
-- Units: blocks.

select
    block_number::bigint,
    node::text,
    count(*)::bigint as lost_logs
from chain_lost_logs
group by block_number, node
