-- What a share of an operator was worth in an epoch, as the chain recorded it or as stake and shares give it.
-- Grain: one row per epoch and operator with a known price.
-- Units: scaled by 10^18.

with

-- the earliest document counts when documents contradict each other
recorded as (
    select distinct on (chain_share_prices.epoch, operator_id)
        chain_share_prices.epoch, operator_id, price
    from affected_epochs
    join chain_share_prices using (domain_id, epoch)
    order by chain_share_prices.epoch, operator_id, first_document
),

held as (
    select
        operator_shares.epoch,
        operator_shares.operator_id,
        div(operator_shares.shares_raw * 1000000000000000000, nullif(operator_shares.stake_raw, 0)) as chain_share_price,
        div(operator_shares.stake_raw * 1000000000000000000, nullif(operator_shares.shares_raw, 0)) as stake_per_share,
        coalesce(
            earlier.shares_raw = operator_shares.shares_raw and earlier.stake_raw = operator_shares.stake_raw, false
        ) as is_unmoved
    from affected_epochs
    join operator_shares using (epoch)
    left join operator_shares as earlier
        on earlier.epoch = operator_shares.epoch - 1 and earlier.operator_id = operator_shares.operator_id
)

select
    epoch::integer,
    operator_id::integer,
    coalesce(price, chain_share_price)::numeric(40, 0) as share_price_perq,
    stake_per_share::numeric(40, 0) as stake_per_share_perq,
    case when price is not null then 'epochs_json' when is_unmoved then 'carried' else 'derived' end::text as source
from recorded
full join held using (epoch, operator_id)
where coalesce(price, chain_share_price) between 1 and 1000000000000000000
