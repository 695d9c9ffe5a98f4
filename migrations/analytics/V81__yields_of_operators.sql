-- Yields by which operators are filtered and sorted.

alter table operator_figures
    add column net_yield_30d numeric,
    add column net_yield_30d_reason text;
comment on column operator_figures.net_yield_30d is 'yearly net yield of all rewards over the 30 days that end on the newest analysed day, as a fraction; null for the reason in net_yield_30d_reason';
comment on column operator_figures.net_yield_30d_reason is 'MISSING_PRICE or TOO_FEW_DAYS as in operator_yields, NO_STAKE without a value on any day of the window; null when net_yield_30d is not null';

-- both directions, because nulls come last in both
create index on operator_figures (net_yield_30d, operator_id);
create index on operator_figures (net_yield_30d desc nulls last, operator_id desc);
