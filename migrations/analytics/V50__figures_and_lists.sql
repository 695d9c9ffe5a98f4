-- Figures that operators are filtered and sorted by, and the orders of the lists over all operators.

alter table operator_current_state add column pi_bips integer;
comment on column operator_current_state.pi_bips is 'bips: commission rate in force for programmatic incentives; null when the operator set none and the protocol has no default yet';

create or replace view operator_state as
select
    operator_id, name, is_active, is_permissioned, registered_at, is_registration_inferred,
    first_activity_at, last_activity_at, active_avs_count, registered_avs_count,
    active_operator_set_count, active_delegators, delegated_stakers, total_delegators,
    strategy_count, total_slash_events, last_slashed_at, total_tvs, tvs_updated_at, tvs_status,
    unpriced_strategy_count, updated_at, updated_at_block, unknown_strategy_count,
    tvs_oldest_quote_at, pi_bips
from operator_current_state;

create table operator_figures (
    operator_id text primary key,
    risk_score numeric,
    risk_level text,
    growth_rate_30d numeric,
    tvs_change_7d numeric,
    tvs_change_7d_reason text,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table operator_figures is 'Figures of days that operators are filtered and sorted by: one row for each row of operator_current_state.';
comment on column operator_figures.risk_score is '0..100 on the newest analysed day; null when it has no score';
comment on column operator_figures.risk_level is 'level of risk_score; null with it';
comment on column operator_figures.growth_rate_30d is 'fraction on the newest analysed day; null when it has none';
comment on column operator_figures.tvs_change_7d is 'fraction: TVS at the end of the newest analysed day / TVS at the end of the day 7 days before - 1; null for the reason in tvs_change_7d_reason';
comment on column operator_figures.tvs_change_7d_reason is 'TOO_FEW_POINTS without a snapshot of either day, UNPRICED without a TVS of either day, NO_VALUE when the earlier TVS is 0; null when tvs_change_7d is not null';

insert into operator_figures (operator_id, updated_at, updated_at_block)
select operator_id, updated_at, updated_at_block
from operator_current_state;

-- both directions, because nulls come last in both
create index on operator_figures (risk_score, operator_id);
create index on operator_figures (risk_score desc nulls last, operator_id desc);
create index on operator_figures (growth_rate_30d, operator_id);
create index on operator_figures (growth_rate_30d desc nulls last, operator_id desc);
create index on operator_figures (tvs_change_7d, operator_id);
create index on operator_figures (tvs_change_7d desc nulls last, operator_id desc);
create index on operator_current_state (pi_bips, operator_id);
create index on operator_current_state (pi_bips desc nulls last, operator_id desc);
create index on operator_current_state (last_activity_at, operator_id);
create index on operator_current_state (last_activity_at desc nulls last, operator_id desc);
create index on operator_current_state (active_avs_count, operator_id);

create index on operator_activity (block_number, log_index);
create index on operator_activity (activity_type, block_number, log_index);
create index on operator_slashing_incidents (slashed_block, log_index);
create index on operator_commission_history (set_block, set_log_index);

-- the next run rebuilds all operators
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
