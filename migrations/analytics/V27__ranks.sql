-- Where operators stand among each other: written with the sums over all operators, read by screens.

create table operator_ranks (
    metric text not null,
    operator_id text not null,
    value numeric not null,
    place integer not null,
    percentile numeric not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (metric, operator_id)
) with (fillfactor = 85);
create index on operator_ranks (metric, place, operator_id);
comment on table operator_ranks is 'Active operators by the figures that they are ranked by.';
comment on column operator_ranks.value is 'the figure: USD, a count, a score 0..100 or a fraction';
comment on column operator_ranks.place is '1 for the greatest; equals share a place';
comment on column operator_ranks.percentile is '0..100, 100 for the greatest';

create table metric_figures (
    metric text primary key,
    population integer not null,
    mean numeric,
    median numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table metric_figures is 'Each figure over the active operators that have it.';
comment on column metric_figures.population is 'active operators that have the figure';
