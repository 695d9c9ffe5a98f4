-- Growth of each operator's shares over 30 days, at constant prices so that only changes of shares count.
-- Grain: one row per operator with shares on the day or 30 days before.
-- Units: fraction, null when it cannot be known.

with

share_values as (
    select
        days.operator_id,
        sum(days.shares * constant_prices.usd_per_share_unit)
            filter (where days.snapshot_date = :day) as value,
        sum(days.shares * constant_prices.usd_per_share_unit)
            filter (where days.snapshot_date = :day - 30) as value_before,
        bool_or(days.shares is null) as has_unknown
    from operator_strategy_daily_snapshots as days
    left join constant_prices using (strategy_id)
    where
        days.snapshot_date in (:day, :day - 30)
        and (days.shares > 0 or days.shares is null)
    group by days.operator_id
)

select
    operator_id,
    case
        when not share_values.has_unknown then
            ratio(
                case operators_then.tvs_status when 'NO_SHARES' then 0 else share_values.value end
                - share_values.value_before,
                share_values.value_before
            )
    end as growth_rate
from operator_daily_snapshots as operators_then
join share_values using (operator_id)
where operators_then.snapshot_date = :day
