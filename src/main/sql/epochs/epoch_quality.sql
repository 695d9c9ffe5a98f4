-- Violations of the chain's invariants in the figures of an epoch.
-- Grain: one row per epoch with a document.
-- Units: operators that violate the invariant.

with

held as (
    select
        operator_shares.epoch,
        operator_shares.operator_id,
        operator_shares.shares_raw,
        operator_shares.stake_raw,
        div(operator_shares.shares_raw * 1000000000000000000, nullif(operator_shares.stake_raw, 0)) as price,
        div(earlier.shares_raw * 1000000000000000000, nullif(earlier.stake_raw, 0)) as earlier_price,
        recorded.share_price_perq as recorded_price,
        operator_share_prices.operator_id is not null as has_price
    from affected_epochs
    join operator_shares using (epoch)
    left join operator_shares as earlier
        on earlier.epoch = operator_shares.epoch - 1 and earlier.operator_id = operator_shares.operator_id
    left join operator_share_prices as recorded
        on recorded.epoch = operator_shares.epoch - 1
        and recorded.operator_id = operator_shares.operator_id
        and recorded.source = 'epochs_json'
    left join operator_share_prices
        on operator_share_prices.epoch = operator_shares.epoch
        and operator_share_prices.operator_id = operator_shares.operator_id
)

select
    epochs.epoch::integer,
    (count(*) filter (where price > earlier_price + 3))::integer as price_rises,
    (count(*) filter (where shares_raw > stake_raw))::integer as shares_above_stake,
    (count(*) filter (where abs(price - recorded_price) > 3))::integer as price_mismatches,
    (count(*) filter (where not has_price))::integer as prices_unknown
from affected_epochs
join epochs using (epoch)
left join held using (epoch)
group by epochs.epoch
