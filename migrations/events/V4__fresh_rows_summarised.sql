-- An index that tells nothing of new rows lets every search read all of them.
do $$
declare
    summary oid;
begin
    for summary in
        select pg_class.oid
        from pg_class
        join pg_am on pg_am.oid = relam
        where relkind = 'i' and amname = 'brin' and relnamespace = current_schema()::regnamespace
    loop
        execute format('alter index %s set (autosummarize = on)', summary::regclass);
        perform brin_summarize_new_values(summary);
    end loop;
end
$$;
