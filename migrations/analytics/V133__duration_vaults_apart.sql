-- Duration vaults are their own operators: ranks, percentiles and concentration leave them out unless they are asked for.

alter table operator_daily_snapshots add column is_duration_vault boolean not null default false;
comment on column operator_daily_snapshots.is_duration_vault is 'a strategy that is its own operator';
update operator_daily_snapshots set is_duration_vault = true
where operator_id in (select strategy_id from duration_vaults);

alter table network_daily_aggregates
add column valued_vault_count integer not null default 0,
add column median_tvs_with_vaults numeric,
add column p25_tvs_with_vaults numeric,
add column p75_tvs_with_vaults numeric,
add column p90_tvs_with_vaults numeric;
comment on column network_daily_aggregates.valued_vault_count is 'duration vaults in valued_operator_count; the median and the percentiles leave them out';
comment on column network_daily_aggregates.median_tvs_with_vaults is 'USD: the median with duration vaults';
comment on column network_daily_aggregates.p25_tvs_with_vaults is 'USD: the percentile with duration vaults';
update network_daily_aggregates
set
    median_tvs_with_vaults = median_tvs,
    p25_tvs_with_vaults = p25_tvs,
    p75_tvs_with_vaults = p75_tvs,
    p90_tvs_with_vaults = p90_tvs;
update pipeline_partitions set status = 'STALE'
where stage = 'snapshot' and status = 'DONE' and exists (select from duration_vaults);

alter table concentration_metrics
drop constraint concentration_metrics_kind_check,
drop constraint concentration_metrics_reason_check,
add column excluded_vault_count integer not null default 0,
add check (
    kind in (
        'OPERATOR_DELEGATORS', 'OPERATOR_STRATEGIES', 'STRATEGY_OPERATORS', 'NETWORK_OPERATORS',
        'STRATEGY_OPERATORS_WITH_VAULTS', 'NETWORK_OPERATORS_WITH_VAULTS'
    )
),
add check (reason in ('NO_HOLDERS', 'UNPRICED', 'ONLY_DURATION_VAULTS'));
comment on column concentration_metrics.excluded_vault_count is 'duration vaults that hold something and are left out';
update pipeline_partitions set status = 'STALE' where stage = 'analytics' and status = 'DONE';

-- the next run ranks again
delete from operator_ranks;
delete from metric_figures;
alter table operator_ranks
add column includes_vaults boolean not null,
drop constraint operator_ranks_pkey,
add primary key (includes_vaults, metric, operator_id);
drop index operator_ranks_metric_place_operator_id_idx;
drop index operator_ranks_metric_value_idx;
create index on operator_ranks (includes_vaults, metric, place, operator_id);
create index on operator_ranks (includes_vaults, metric, value);
comment on column operator_ranks.includes_vaults is 'ranked among all operators; otherwise among those that are no duration vaults';
alter table metric_figures
add column includes_vaults boolean not null,
add column excluded_vault_count integer not null,
drop constraint metric_figures_pkey,
add primary key (includes_vaults, metric);
comment on column metric_figures.excluded_vault_count is 'active duration vaults that have the figure and are left out';
