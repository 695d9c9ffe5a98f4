-- Indexes that the events database lacks; without them each run reads whole tables.
-- Grain: one row per index.
-- Units: none; the statement creates it.

with

events_tables as (
    select pg_class.oid, pg_class.relname
    from pg_class
    where
        pg_class.relkind in ('r', 'p')
        and pg_class.relname like '%\_events'
        and pg_class.relnamespace in (
            select oid from pg_namespace where nspname = any(current_schemas(false))
        )
),

wanted as (
    select events_tables.oid, events_tables.relname, wishes.columns
    from events_tables
    cross join (
        values
            ('created_at'), ('updated_at'), ('block_number'), ('operator_id, created_at'), ('withdrawal_root'), ('staker_id')
    ) as wishes (columns)
    where
        (
            select count(*)
            from pg_attribute
            where attrelid = events_tables.oid and attname = any(string_to_array(wishes.columns, ', '))
        ) = cardinality(string_to_array(wishes.columns, ', '))
        -- completed withdrawals are matched to queued ones in one table only
        and (wishes.columns <> 'withdrawal_root' or events_tables.relname = 'withdrawal_events')
        and (
            wishes.columns <> 'staker_id'
            or events_tables.relname in (
                'withdrawal_events', 'deposit_events', 'deposit_scaling_factor_updated_events'
            )
        )
),

present as (
    select
        indrelid as oid,
        (
            select string_agg(attname, ', ' order by place)
            from unnest(indkey::smallint []) with ordinality as keys (attnum, place)
            join pg_attribute on attrelid = indrelid and pg_attribute.attnum = keys.attnum
        ) as columns
    from pg_index
)

select
    relname as events_table,
    columns,
    format('create index concurrently on %I (%s)', relname, columns) as statement
from wanted
where not exists (
    select from present where present.oid = wanted.oid and present.columns like wanted.columns || '%'
)
