-- Concentration of holdings at the end of a day.
-- Grain: one row per operator and kind (delegators, strategies); one per strategy and one over all operators, with duration vaults and without; of the day.
-- Units: USD by the prices of the day, or base units of shares; parts 0..1.

with

delegators as (
    select
        held.operator_id,
        held.staker_id,
        sum(held.shares * quotes.usd_per_share_unit) as amount
    from operator_delegator_share_history as held
    left join strategy_daily_quotes as quotes
        on quotes.strategy_id = held.strategy_id and quotes.snapshot_date = :day
    where held.from_date <= :day and (held.until_date is null or held.until_date > :day)
    group by held.operator_id, held.staker_id
),

holders as (
    select 'OPERATOR_DELEGATORS' as kind, operator_id as subject_id, amount, false as is_vault
    from delegators
    union all
    select 'OPERATOR_STRATEGIES', operator_id, tvs_usd, false
    from operator_strategy_daily_snapshots
    where snapshot_date = :day and (shares > 0 or shares is null)
    union all
    select
        'STRATEGY_OPERATORS',
        strategy_id,
        shares,
        operator_id in (
            select operator_id from operator_daily_snapshots
            where snapshot_date = :day and is_duration_vault
        )
    from operator_strategy_daily_snapshots
    where snapshot_date = :day and (shares > 0 or shares is null)
    union all
    select 'NETWORK_OPERATORS', '', total_tvs, is_duration_vault
    from operator_daily_snapshots
    where snapshot_date = :day and tvs_status <> 'NO_SHARES'
),

counted_holders as (
    select kind, subject_id, amount from holders where not is_vault
    union all
    select kind || '_WITH_VAULTS', subject_id, amount
    from holders
    where kind in ('STRATEGY_OPERATORS', 'NETWORK_OPERATORS')
),

excluded as (
    select kind, subject_id, count(*) as excluded_vault_count
    from holders
    where is_vault
    group by kind, subject_id
),

subjects as (
    select 'OPERATOR_DELEGATORS' as kind, operator_id as subject_id
    from operator_daily_snapshots
    where snapshot_date = :day
    union all
    select 'OPERATOR_STRATEGIES', operator_id
    from operator_daily_snapshots
    where snapshot_date = :day
    union all
    select distinct kinds.kind, strategy_id
    from operator_strategy_daily_snapshots
    cross join (values ('STRATEGY_OPERATORS'), ('STRATEGY_OPERATORS_WITH_VAULTS')) as kinds (kind)
    where snapshot_date = :day
    union all
    select kind, ''
    from (values ('NETWORK_OPERATORS'), ('NETWORK_OPERATORS_WITH_VAULTS')) as kinds (kind)
    where :day is not null
),

ranked as (
    select
        kind,
        subject_id,
        amount,
        row_number() over largest_first as place,
        sum(amount) over largest_first as until_here,
        count(*) over (partition by kind, subject_id) as holders,
        sum(amount) over (partition by kind, subject_id) as total
    from counted_holders
    where amount > 0
    window largest_first as (
        partition by kind, subject_id order by amount desc rows unbounded preceding
    )
),

-- divides once, after all sums, so that the ratio is rounded once
sums as (
    select
        kind,
        subject_id,
        count(*) as population,
        sum(amount) as total,
        sum(amount * amount) as squares,
        sum((holders + 1 - 2 * place) * amount) as spread,
        sum(amount) filter (where place <= 1) as largest,
        sum(amount) filter (where place <= 5) as five_largest,
        sum(amount) filter (where place <= 10) as ten_largest,
        min(place) filter (where 3 * until_here > total) as nakamoto_third,
        min(place) filter (where 2 * until_here > total) as nakamoto_half
    from ranked
    group by kind, subject_id
),

unpriced as (
    select kind, subject_id, count(*) as unpriced_count
    from counted_holders
    where amount is null
    group by kind, subject_id
)

select
    kind::text,
    subject_id::text,
    :day::date as date,
    coalesce(sums.population, 0)::integer as population,
    coalesce(unpriced.unpriced_count, 0)::integer as unpriced_count,
    coalesce(excluded.excluded_vault_count, 0)::integer as excluded_vault_count,
    sums.total::numeric,
    ratio(sums.squares, sums.total * sums.total)::numeric as hhi,
    ratio(sums.total * sums.total, sums.squares)::numeric as effective_count,
    ratio(sums.spread, sums.population * sums.total)::numeric as gini,
    ratio(sums.largest, sums.total)::numeric as top1,
    ratio(sums.five_largest, sums.total)::numeric as top5,
    ratio(sums.ten_largest, sums.total)::numeric as top10,
    sums.nakamoto_third::integer,
    sums.nakamoto_half::integer,
    case
        when sums.population > 0 then null
        when unpriced.unpriced_count > 0 then 'UNPRICED'
        when excluded.excluded_vault_count > 0 then 'ONLY_DURATION_VAULTS'
        else 'NO_HOLDERS'
    end::text as reason
from subjects
left join sums using (kind, subject_id)
left join unpriced using (kind, subject_id)
left join excluded using (kind, subject_id)
