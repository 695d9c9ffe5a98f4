-- Recorded prices of an import that differ from variant 0.
-- Grain: one row per domain, epoch, operator and price of the import.
-- Units: price is that of variant 0: shares for one stake, times 10^18.

select operator_id, domain_id, epoch, held.price
from staged_prices
join chain_share_prices as held using (domain_id, epoch, operator_id)
where held.variant = 0 and held.price <> staged_prices.price
