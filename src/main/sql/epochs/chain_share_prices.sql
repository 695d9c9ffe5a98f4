-- New prices with their variant: 0 is the first price recorded for an epoch and operator, higher ones contradict it.
-- Grain: one row per domain, epoch, operator and price.
-- Units: shares for one stake, times 10^18.

select
    domain_id,
    epoch,
    operator_id,
    coalesce(
        (
            select max(held.variant) + 1
            from chain_share_prices as held
            where
                (held.domain_id, held.epoch, held.operator_id)
                = (new_prices.domain_id, new_prices.epoch, new_prices.operator_id)
        ),
        0
    )
    + row_number() over (
        partition by domain_id, epoch, operator_id order by first_document, price
    )
    - 1 as variant,
    price,
    first_document
from new_prices
