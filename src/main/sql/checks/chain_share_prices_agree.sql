-- Recorded prices that differ between documents.
-- Grain: one row per record and value; the earliest document counts.
-- Units: scaled by 10^18.

select domain_id, epoch, operator_id, price, first_document
from chain_share_prices
where (domain_id, epoch) in (select domain_id, epoch from chain_share_prices where variant > 0)
    and (domain_id, epoch, operator_id) in (
        select domain_id, epoch, operator_id from chain_share_prices where variant > 0
    )
