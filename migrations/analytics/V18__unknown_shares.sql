-- Shares that cannot be known, for the history before the first event is missing; and operators that days leave out.

alter table operator_strategy_share_history alter column shares drop not null;
comment on column operator_strategy_share_history.shares is 'base units of the strategy''s underlying token, slashes included; null when the history before the first event is missing: a sum of the operator or of one of its stakers fell below 0';
alter table operator_strategy_shares alter column shares drop not null;
comment on column operator_strategy_shares.shares is 'base units delegated to the operator, slashes included; null when not known';
alter table operator_strategy_state alter column shares drop not null;
comment on column operator_strategy_state.shares is 'base units delegated to the operator, slashes included; null when not known';
comment on column operator_strategy_state.tvs_usd is 'USD, from the operator''s shares, rounded to 18 decimals; null when the strategy has no price or the shares are not known';
alter table operator_strategy_daily_snapshots alter column shares drop not null;
comment on column operator_strategy_daily_snapshots.shares is 'base units; null when not known';
comment on column operator_strategy_daily_snapshots.tvs_usd is 'USD by the prices of the day; null when the day has no price or the shares are not known';
alter table operator_delegator_share_history alter column shares drop not null;
comment on column operator_delegator_share_history.shares is 'base units of the strategy''s underlying token; null when the history before the first event is missing: its sum fell below 0';
comment on column operator_delegator_share_history.is_dust is 'no more than the rounding that a slash leaves behind; false when shares are not known';
alter table operator_delegator_shares alter column shares drop not null;
comment on column operator_delegator_shares.shares is 'base units of the strategy''s underlying token; null when not known';
comment on column operator_delegator_shares.is_dust is 'no more than the rounding that a slash leaves behind; false when shares are not known';
comment on column operator_delegator_shares.tvs_usd is 'USD, rounded to 18 decimals; null when the strategy has no price or the shares are not known';
alter table operator_allocations alter column slashable_shares drop not null;
comment on column operator_allocations.slashable_shares is 'base units; 0 when not slashable; null when slashable and the operator''s shares are not known';
alter table operator_allocation_daily_snapshots alter column slashable_shares drop not null;
comment on column operator_allocation_daily_snapshots.slashable_shares is 'base units; 0 when not slashable; null when slashable and the operator''s shares were not known';

alter table operator_current_state
    add column unknown_strategy_count integer not null default 0,
    drop constraint operator_current_state_tvs_status_check,
    add constraint operator_current_state_tvs_status_check
        check (tvs_status in ('COMPLETE', 'PARTIAL', 'MISSING_PRICE', 'UNKNOWN_SHARES', 'NO_SHARES'));
comment on column operator_current_state.unknown_strategy_count is 'strategies whose shares are not known, left out of total_tvs and strategy_count';
comment on column operator_current_state.total_tvs is 'USD: 0 for NO_SHARES, the known part for PARTIAL, null for MISSING_PRICE and UNKNOWN_SHARES';
alter table operator_daily_snapshots
    add column unknown_strategy_count integer not null default 0,
    drop constraint operator_daily_snapshots_tvs_status_check,
    add constraint operator_daily_snapshots_tvs_status_check
        check (tvs_status in ('COMPLETE', 'PARTIAL', 'MISSING_PRICE', 'UNKNOWN_SHARES', 'NO_SHARES'));
comment on column operator_daily_snapshots.unknown_strategy_count is 'strategies whose shares were not known, left out of total_tvs and strategy_count';
comment on column operator_daily_snapshots.total_tvs is 'USD by the prices of the day: 0 for NO_SHARES, the known part for PARTIAL, null for MISSING_PRICE and UNKNOWN_SHARES';

create or replace view operator_state as
select
    operator_id, name, is_active, is_permissioned, registered_at, is_registration_inferred,
    first_activity_at, last_activity_at, active_avs_count, registered_avs_count,
    active_operator_set_count, active_delegators, delegated_stakers, total_delegators,
    strategy_count, total_slash_events, last_slashed_at, total_tvs, tvs_updated_at, tvs_status,
    unpriced_strategy_count, updated_at, updated_at_block, unknown_strategy_count
from operator_current_state;

alter table strategy_state
    add column unknown_operator_count integer not null default 0,
    alter column total_shares drop not null;
comment on column strategy_state.total_shares is 'base units of all operators whose shares are known; null when none is';
comment on column strategy_state.tvs_usd is 'USD of the same operators; null when the strategy has no price or total_shares is null';
comment on column strategy_state.unknown_operator_count is 'operators whose shares of it are not known, part of no sum';
alter table strategy_daily_snapshots
    add column unknown_operator_count integer not null default 0,
    alter column total_shares drop not null;
comment on column strategy_daily_snapshots.total_shares is 'base units of all operators whose shares were known; null when none was';
comment on column strategy_daily_snapshots.tvs_usd is 'USD by the prices of the day; null when the day has no price or total_shares is null';
comment on column strategy_daily_snapshots.unknown_operator_count is 'operators whose shares of it were not known, part of no sum';
alter table network_daily_aggregates add column unknown_operator_count integer not null default 0;
comment on column network_daily_aggregates.unknown_operator_count is 'operators of which the shares of any strategy were not known, those shares being part of no sum';

create table pipeline_blocked_operators (
    check_name text not null,
    operator_id text not null,
    primary key (check_name, operator_id)
);
comment on table pipeline_blocked_operators is 'Operators that break a blocking check: days leave them out until they pass.';
comment on column pipeline_checks.is_blocking is 'whether days leave out the operators that break it, and wait when it cannot be read';
-- of which operators they failed was not kept
update pipeline_checks set status = 'UNREADABLE' where is_blocking and status = 'FAILED';

-- the next run reads all; days are taken again, for they may hold sums below 0
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
update pipeline_partitions set status = 'STALE' where status = 'DONE';
