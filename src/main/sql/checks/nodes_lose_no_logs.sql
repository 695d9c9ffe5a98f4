-- Logs that a node left out although the receipts of their block contain them; other blocks of the node may lack logs, too.
-- Grain: one row per block and node.
-- Units: blocks.

select
    block_number::bigint,
    node::text,
    count(*)::bigint as lost_logs
from chain_lost_logs
group by block_number, node
