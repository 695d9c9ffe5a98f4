-- Ratios that are rounded once, one rule for medians, sums in USD that are null where no price is known,
-- the oldest quote of a total.

create function ratio(dividend numeric, divisor numeric) returns numeric
language sql immutable parallel safe
return case
    when divisor <> 0
        then
            sign(dividend) * sign(divisor)
            * div(2 * abs(dividend) * 1e18 + abs(divisor), 2 * abs(divisor)) * 1e-18
end;
comment on function ratio(numeric, numeric) is 'The exact quotient, rounded once, half away from zero, to 18 decimals. PostgreSQL''s own division keeps about 16 digits. Null when the divisor is 0 or an argument is null.';

create aggregate product(numeric) (sfunc = numeric_mul, stype = numeric, initcond = 1);
comment on aggregate product(numeric) is 'The exact product; 1 of nothing.';

alter table operator_current_state add column tvs_oldest_quote_at timestamptz;
comment on column operator_current_state.tvs_oldest_quote_at is 'instant of the oldest quote that total_tvs uses, a price or a rate; null when it uses none';
comment on column operator_current_state.tvs_updated_at is 'instant of the newest quote that total_tvs uses, a price or a rate; null when it uses none';

update operator_current_state
set tvs_oldest_quote_at = held.oldest_quote
from (
    select operator_id, min(least(strategy_quotes.price_at, strategy_quotes.rate_at)) as oldest_quote
    from operator_strategy_state
    join strategy_quotes using (strategy_id)
    where operator_strategy_state.shares > 0 and operator_strategy_state.tvs_usd is not null
    group by operator_id
) as held
where held.operator_id = operator_current_state.operator_id;

create or replace view operator_state as
select
    operator_id, name, is_active, is_permissioned, registered_at, is_registration_inferred,
    first_activity_at, last_activity_at, active_avs_count, registered_avs_count,
    active_operator_set_count, active_delegators, delegated_stakers, total_delegators,
    strategy_count, total_slash_events, last_slashed_at, total_tvs, tvs_updated_at, tvs_status,
    unpriced_strategy_count, updated_at, updated_at_block, unknown_strategy_count,
    tvs_oldest_quote_at
from operator_current_state;

alter table avs_state
    alter column delegated_usd drop not null,
    add column unpriced_operator_count integer not null default 0;
alter table avs_state alter column unpriced_operator_count drop default;
comment on column avs_state.delegated_usd is 'USD delegated to those operators in all strategies, the priced part; 0 when they hold nothing, null when nothing they hold has a price';
comment on column avs_state.unpriced_operator_count is 'of operator_count, those that hold shares without a price, in part or whole';
drop index avs_state_delegated_usd_avs_id_idx;
create index on avs_state (delegated_usd desc nulls last, avs_id);

alter table operator_set_state
    alter column slashable_usd drop not null,
    alter column delegated_usd drop not null;
comment on column operator_set_state.slashable_usd is 'USD that it can slash, the priced part; 0 when it can slash nothing, null when nothing it can slash has a price';
comment on column operator_set_state.delegated_usd is 'USD delegated to its members in its strategies, the priced part; 0 when they hold nothing of these, null when nothing they hold of these has a price';

alter table network_daily_aggregates alter column median_pi_bips type numeric;
comment on column network_daily_aggregates.total_tvs is 'USD, the priced part; 0 when nobody holds anything, null when the day has no price of anything held';
comment on column network_daily_aggregates.mean_tvs is 'USD, rounded to 18 decimals; null when valued_operator_count is 0';
comment on column network_daily_aggregates.median_tvs is 'USD: the middle one, or between the two middle ones; null when valued_operator_count is 0';
comment on column network_daily_aggregates.p25_tvs is 'USD: the least that a quarter of the operators do not pass; null when valued_operator_count is 0';
comment on column network_daily_aggregates.median_pi_bips is 'bips: the middle one, or between the two middle ones; null when there are none';
comment on column network_daily_aggregates.slashable_usd is 'USD that operator sets could slash, the priced part; 0 when they could slash nothing, null when nothing of it has a price';
