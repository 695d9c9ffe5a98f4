-- Share price of an operator in an epoch, as recorded on chain or derived from stake and shares.
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

-- a document has the stake of its epoch without the epoch's rewards, but the price includes them: the next document has both
figures as (
    select
        operator_shares.epoch,
        operator_shares.operator_id,
        div(operator_shares.shares_raw * 1000000000000000000, nullif(operator_shares.stake_raw, 0)) as price_before,
        div(operator_shares.stake_raw * 1000000000000000000, nullif(operator_shares.shares_raw, 0)) as stake_per_share,
        div(following.shares_raw * 1000000000000000000, nullif(following.stake_raw, 0)) as price,
        following.shares_raw = operator_shares.shares_raw and following.stake_raw = operator_shares.stake_raw as is_unmoved,
        next_epochs.epoch is not null as is_followed
    from affected_epochs
    join operator_shares using (epoch)
    left join epochs as next_epochs on next_epochs.epoch = operator_shares.epoch + 1
    left join operator_shares as following
        on following.epoch = operator_shares.epoch + 1 and following.operator_id = operator_shares.operator_id
),

derived as (
    select
        epoch,
        operator_id,
        case when price_before between 1 and 1000000000000000000 then stake_per_share end as stake_per_share,
        case when price between 1 and 1000000000000000000 then price end as price,
        is_unmoved,
        is_followed
    from figures
)

select
    epoch::integer,
    operator_id::integer,
    coalesce(recorded.price, derived.price)::numeric(40, 0) as share_price_perq,
    stake_per_share::numeric(40, 0) as stake_per_share_perq,
    case
        when recorded.price is not null then 'epochs_json'
        when derived.price is null then case when is_followed then 'unknown' else 'awaited' end
        when is_unmoved then 'carried'
        else 'derived'
    end::text as source
from recorded
full join derived using (epoch, operator_id)
where coalesce(recorded.price, derived.price, stake_per_share) is not null
