-- Yields of the newest analysed day.

create table operator_yields (
    window_days integer not null,
    kind text not null check (kind in ('AVS', 'PI', 'ALL')),
    strategy_id text not null,
    operator_id text not null,
    first_date date not null,
    last_date date not null,
    days integer not null,
    gross_usd numeric,
    net_usd numeric,
    mean_tvs_usd numeric,
    gross_yield numeric,
    net_yield numeric,
    reason text check (reason in ('MISSING_PRICE', 'TOO_FEW_DAYS')),
    usd_status text not null check (usd_status in ('COMPLETE', 'PARTIAL', 'MISSING_PRICE')),
    base_yield numeric,
    base_yield_reason text check (base_yield_reason in ('ALL_STRATEGIES', 'NO_RATE_HISTORY')),
    primary key (window_days, kind, strategy_id, operator_id)
);
comment on table operator_yields is 'Yearly yield of rewards over windows that end on the newest analysed day.';
comment on column operator_yields.window_days is 'days that the window asks for';
comment on column operator_yields.kind is 'AVS: submissions of AVSs; PI: programmatic incentives; ALL: both';
comment on column operator_yields.strategy_id is 'empty for all strategies';
comment on column operator_yields.operator_id is 'empty for all operators';
comment on column operator_yields.days is 'days of the window with a value';
comment on column operator_yields.gross_usd is 'USD of rewards of operators and stakers at the prices of the days; null when no part has a price';
comment on column operator_yields.net_usd is 'USD of rewards of stakers at the prices of the days; null when no part has a price';
comment on column operator_yields.mean_tvs_usd is 'USD, mean over the days; null when there are none';
comment on column operator_yields.gross_yield is 'simple, as a fraction of a year: gross_usd / (sum of daily TVS) * 365; null for the reason in reason';
comment on column operator_yields.net_yield is 'like gross_yield, of net_usd';
comment on column operator_yields.usd_status is 'whether all rewards have a price';
comment on column operator_yields.base_yield is 'growth of the exchange rate of the strategy in the window, simple, as a fraction of a year';
create index on operator_yields (operator_id, strategy_id);

update pipeline_partitions set status = 'STALE'
where
    stage = 'analytics'
    and status = 'DONE'
    and partition_date = (select max(partition_date) from pipeline_partitions where stage = 'analytics');
