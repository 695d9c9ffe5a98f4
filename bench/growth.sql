-- Fills MONTHS months of daily tables before BASE with the rows of BASE, one partition per month.
-- A fourth of the allocations changes every 90 days; commissions stay.
do $$
declare
    base date := 'BASE';
    start date := (date_trunc('month', base) - interval 'MONTHS months')::date;
    daily record;
    day date;
    month date;
begin
    for daily in
        select table_name, column_name
        from information_schema.columns
        join pg_class on relname = table_name and relnamespace = 'public'::regnamespace
        where
            table_schema = 'public'
            and (
                relkind = 'p'
                or table_name in (
                    'strategy_daily_quotes', 'strategy_daily_snapshots', 'network_daily_aggregates', 'network_daily_risk'
                )
            )
            and column_name in ('snapshot_date', 'date')
    loop
        if (select relkind = 'p' from pg_class where oid = daily.table_name::regclass) then
            for month in select generate_series(start, base, interval '1 month')::date loop
                if to_regclass(daily.table_name || to_char(month, '_YYYYMM')) is null then
                    execute format(
                        'create table %I partition of %I for values from (%L) to (%L)',
                        daily.table_name || to_char(month, '_YYYYMM'), daily.table_name, month, (month + interval '1 month')::date
                    );
                end if;
            end loop;
        end if;
        for day in select generate_series(start, base - 1, interval '1 day')::date loop
            execute (
                select format(
                    'insert into %I (%s) select %s from %I where %I = %L',
                    daily.table_name,
                    string_agg(quote_ident(attname), ', '),
                    string_agg(
                        case
                            when attname = daily.column_name then quote_literal(day) || '::date'
                            else quote_ident(attname)
                        end, ', '
                    ),
                    daily.table_name, daily.column_name, base
                )
                from pg_attribute
                where attrelid = daily.table_name::regclass and attnum > 0 and not attisdropped
            );
        end loop;
    end loop;

    insert into snapshot_days select generate_series(start, base - 1, interval '1 day')::date;
    insert into operator_allocation_periods
    select
        operator_id, operator_set_id, strategy_id, change, change + 90, current_magnitude + 1, pending_magnitude,
        pending_effect_block, is_slashable
    from operator_allocation_periods
    cross join (
        select generate_series(start, base - 91, interval '90 days')::date as change
    ) as changes
    where from_date = base and hashtext(operator_id) % 4 = 0;
    update operator_allocation_periods
    set from_date = case when hashtext(operator_id) % 4 = 0
        then (select max(until_date) from operator_allocation_periods where until_date <= base) else start end
    where from_date = base;
    update operator_commission_periods set from_date = start where from_date = base;
end $$;
