-- Members and stake of AVSs and operator sets at the end of each UTC day.

create table operator_set_daily_stakes (
    operator_set_id text not null,
    date date not null,
    avs_id text not null,
    member_count integer not null,
    allocated_usd numeric,
    delegated_usd numeric,
    slashable_usd numeric,
    unpriced_strategy_count integer not null,
    primary key (operator_set_id, date)
);
create index on operator_set_daily_stakes (date);
comment on table operator_set_daily_stakes is 'Members of each operator set at the end of each UTC day, and their stake.';
comment on column operator_set_daily_stakes.allocated_usd is 'USD by the prices of the day behind the magnitudes in force; null when nothing of it is valued';
comment on column operator_set_daily_stakes.delegated_usd is 'USD by the prices of the day that members hold in strategies of the set; null when nothing of it is valued';
comment on column operator_set_daily_stakes.slashable_usd is 'USD by the prices of the day that the set could slash; null when nothing of it is valued';
comment on column operator_set_daily_stakes.unpriced_strategy_count is 'strategies of the set without a price that day; no amount includes them';

create table avs_daily_stakes (
    avs_id text not null,
    date date not null,
    operator_count integer not null,
    operator_set_count integer not null,
    allocated_usd numeric,
    delegated_usd numeric,
    slashable_usd numeric,
    unpriced_operator_count integer not null,
    primary key (avs_id, date)
);
create index on avs_daily_stakes (date);
comment on table avs_daily_stakes is 'Operators of each AVS at the end of each UTC day, and their stake.';
comment on column avs_daily_stakes.allocated_usd is 'USD by the prices of the day behind the magnitudes in force at its operator sets; null when nothing of it is valued';
comment on column avs_daily_stakes.delegated_usd is 'USD by the prices of the day that its operators hold; null when nothing of it is valued';
comment on column avs_daily_stakes.slashable_usd is 'USD by the prices of the day that its operator sets could slash; null when nothing of it is valued';
comment on column avs_daily_stakes.unpriced_operator_count is 'operators that hold a strategy without a price that day';

update pipeline_partitions set status = 'STALE' where stage = 'analytics' and status = 'DONE';
