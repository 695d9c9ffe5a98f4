-- Share prices in arrays of 100 epochs, to read whole histories.
-- Grain: one row per operator and hundred epochs in which it has a price.
-- Units: scaled by 10^18; null where there is no price.

with

blocks as (
    select distinct epoch / 100 * 100 as first_epoch from affected_epochs
),

operators as (
    select distinct first_epoch, operator_id
    from blocks
    join operator_share_prices on epoch between first_epoch and first_epoch + 99
)

select
    first_epoch::integer,
    operators.operator_id::integer,
    array_agg(stake_per_share_perq::numeric order by place)::numeric[] as stake_per_share,
    array_agg(case when source = 'epochs_json' then share_price_perq::numeric end order by place)::numeric[] as chain
from operators
cross join generate_series(0, 99) as place
left join operator_share_prices
    on operator_share_prices.epoch = first_epoch + place
    and operator_share_prices.operator_id = operators.operator_id
group by first_epoch, operators.operator_id
