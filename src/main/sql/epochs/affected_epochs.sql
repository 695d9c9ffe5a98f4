-- Epochs whose derived rows may change when documents of :written_epochs and new prices are stored.
-- Grain: one row per epoch.
-- Units: none.

select distinct
    epoch,
    :domain_id as domain_id
from (
    -- a share price needs the next document, a quality figure the previous one
    select written.epoch + distances.distance as epoch
    from unnest(:written_epochs) as written (epoch)
    cross join (values (-1), (0), (1)) as distances (distance)
    where written.epoch + distances.distance >= 0
    union all
    select epoch from new_prices where domain_id = :domain_id
    union all
    select epoch + 1 from new_prices where domain_id = :domain_id
    union all
    select epoch
    from chain_share_prices
    where
        domain_id = :domain_id
        and variant > 0
        and epoch between (select min(epoch) from staged_prices) and (select max(epoch) from staged_prices)
) as affected
