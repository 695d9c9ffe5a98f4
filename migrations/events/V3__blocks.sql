-- What happened between two blocks is found without reading all rows.
do $$
declare
    source_table text;
begin
    for source_table in
        select table_name
        from information_schema.columns
        where table_schema = current_schema() and column_name = 'block_number' and table_name <> 'event_columns'
    loop
        execute format('create index on %I using brin (block_number)', source_table);
    end loop;
end
$$;
