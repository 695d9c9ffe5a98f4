-- TVS of operators at the end of days that were taken lately, below that of some days before.
-- Grain: one row per operator, day and number of days compared.
-- Units: USD by the prices of each day; percent of the earlier value.

with

taken as (
    select day.partition_date as date
    from pipeline_partitions as day
    where
        day.stage = 'snapshot'
        and day.status = 'DONE'
        and day.taken_at > :after_time
        and (day.partition_date + 1)::timestamp at time zone 'UTC' > :from_time
),

drops as (
    select
        held.operator_id,
        taken.date,
        compared.days,
        held.total_tvs as tvs,
        held.tvs_status,
        earlier.total_tvs as earlier_tvs,
        100 * (earlier.total_tvs - held.total_tvs) / nullif(earlier.total_tvs, 0) as percent,
        100 * (earlier_before.total_tvs - held_before.total_tvs)
        / nullif(earlier_before.total_tvs, 0) as percent_before
    from taken
    cross join (select distinct unnest(:windows) as days) as compared
    join operator_daily_snapshots as held on held.snapshot_date = taken.date
    join operator_daily_snapshots as earlier
        on earlier.operator_id = held.operator_id
        and earlier.snapshot_date = taken.date - compared.days
    left join operator_daily_snapshots as held_before
        on held_before.operator_id = held.operator_id
        and held_before.snapshot_date = taken.date - 1
    left join operator_daily_snapshots as earlier_before
        on earlier_before.operator_id = held.operator_id
        and earlier_before.snapshot_date = taken.date - compared.days - 1
    -- a strategy that lost its price is not a drop
    where
        held.total_tvs < earlier.total_tvs
        and held.unpriced_strategy_count <= earlier.unpriced_strategy_count
)

select
    concat_ws('-', drops.operator_id, drops.days, drops.date)::text as fact_key,
    drops.operator_id::text,
    null::text as avs_id,
    null::text as staker_id,
    null::bigint as block_number,
    ((drops.date + 1)::timestamp at time zone 'UTC')::timestamptz as happened_at,
    (drops.earlier_tvs - drops.tvs)::numeric as usd,
    round(drops.percent, 6)::numeric as percent,
    round(drops.percent_before, 6)::numeric as percent_before,
    drops.days::integer,
    null::integer as hours,
    jsonb_build_object(
        'date', drops.date,
        'days', drops.days,
        'tvsUsd', drops.tvs::text,
        'tvsStatus', drops.tvs_status,
        'earlierTvsUsd', drops.earlier_tvs::text
    ) as figures,
    null::text as detail,
    ('/operators/' || drops.operator_id)::text as link
from drops
