-- Figures over all operators that lists and charts would count for each request.

create table list_counts (
    list text primary key,
    row_count bigint not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table list_counts is 'Rows of the lists over all operators, counted with the sums over all operators.';
comment on column list_counts.list is 'field of the query type';
comment on column list_counts.row_count is 'rows of the list without a filter';

alter table operator_ranks add column lesser_count integer;
update operator_ranks
set lesser_count = ranked.lesser_count
from (
    select metric, operator_id, rank() over (partition by metric order by value) - 1 as lesser_count
    from operator_ranks
) as ranked
where ranked.metric = operator_ranks.metric and ranked.operator_id = operator_ranks.operator_id;
alter table operator_ranks alter column lesser_count set not null;
comment on column operator_ranks.lesser_count is 'active operators with a lesser value';
create index on operator_ranks (metric, value);
