-- State of each operator at the end of a day.
-- Grain: one row per operator, of the day.
-- Units: counts, instants, USD by the prices of the day.
-- operator_current_state is a temporary table here: the rows that the stage day_end staged for :operators.
-- duration_vaults is one, too: the vaults at the end of the day.
-- operator_strategy_daily_snapshots is a temporary table here: the rows of :day that this stage staged before.

with

-- an operator without changes keeps the state of the day before
operators_then as (
    select
        operator_id,
        is_active,
        is_permissioned,
        registered_at,
        active_avs_count,
        registered_avs_count,
        active_operator_set_count,
        active_delegators,
        delegated_stakers,
        total_delegators,
        strategy_count,
        total_slash_events,
        last_slashed_at
    from operator_current_state
    where operator_id in (select unnest(:operators))
    union all
    select
        operator_id,
        is_active,
        is_permissioned,
        registered_at,
        active_avs_count,
        registered_avs_count,
        active_operator_set_count,
        active_delegators,
        delegated_stakers,
        total_delegators,
        strategy_count,
        total_slash_events,
        last_slashed_at
    from operator_daily_snapshots
    where snapshot_date = :carried_day and operator_id not in (select unnest(:operators))
),

holdings as (
    select
        operator_id,
        count(*) as strategies,
        count(tvs_usd) as valued,
        count(*) filter (where shares is null) as unknown,
        sum(tvs_usd) as tvs_usd
    from operator_strategy_daily_snapshots
    where snapshot_date = :day and (shares > 0 or shares is null)
    group by operator_id
)

select
    operator_id::text,
    :day::date as snapshot_date,
    operators_then.is_active::boolean,
    operators_then.is_permissioned::boolean,
    operators_then.registered_at::timestamptz,
    operators_then.active_avs_count::integer,
    operators_then.registered_avs_count::integer,
    operators_then.active_operator_set_count::integer,
    operators_then.active_delegators::integer,
    operators_then.delegated_stakers::integer,
    operators_then.total_delegators::integer,
    operators_then.strategy_count::integer,
    operators_then.total_slash_events::integer,
    operators_then.last_slashed_at::timestamptz,
    (case when holdings.strategies is null then 0 else holdings.tvs_usd end)::numeric as total_tvs,
    tvs_status(holdings.strategies, holdings.valued, holdings.unknown)::text as tvs_status,
    coalesce(holdings.strategies - holdings.valued - holdings.unknown, 0)::integer
        as unpriced_strategy_count,
    coalesce(holdings.unknown, 0)::integer as unknown_strategy_count,
    (duration_vaults.strategy_id is not null)::boolean as is_duration_vault
from operators_then
left join holdings using (operator_id)
left join duration_vaults on duration_vaults.strategy_id = operators_then.operator_id
