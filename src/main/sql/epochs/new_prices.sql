-- Recorded prices of an import that no document has recorded before.
-- Grain: one row per domain, epoch, operator and price.
-- Units: shares for one stake, times 10^18.

select
    staged_prices.domain_id,
    staged_prices.epoch,
    staged_prices.operator_id,
    staged_prices.price,
    staged_prices.first_document
from staged_prices
where not exists (
    select from chain_share_prices as held
    where
        (held.domain_id, held.epoch, held.operator_id, held.price)
        = (staged_prices.domain_id, staged_prices.epoch, staged_prices.operator_id, staged_prices.price)
)
