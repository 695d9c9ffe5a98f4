-- Daily tables without a partition for the month after the newest day; its days could not be written.
-- Grain: one row per table.
-- Units: UTC days.

with

coming as (
    select (date_trunc('month', max(snapshot_date)) + interval '1 month')::date as month
    from snapshot_days
)

select pg_class.relname::text as table_name, coming.month
from pg_class
cross join coming
where
    pg_class.relkind = 'p'
    and pg_class.relnamespace = to_regnamespace('public')
    and coming.month is not null
    and not exists (
        select from daily_partitions
        where
            daily_partitions.table_name = pg_class.relname
            and daily_partitions.until_date > coming.month
            and (daily_partitions.from_date <= coming.month) is not false
    )
