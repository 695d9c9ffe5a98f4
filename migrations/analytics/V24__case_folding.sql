-- Ignores case in filters, in the search and in the order by name. lower() alone follows the collation of the
-- database: in a Turkish one 'STAKING' is no 'staking', and in one of "C" only ASCII letters have a case.
do $$
declare
    folding text := (
        select collname
        from pg_collation
        where
            collnamespace = 'pg_catalog'::regnamespace
            and collencoding in (-1, pg_char_to_encoding(getdatabaseencoding()))
            and collname in ('pg_c_utf8', 'und-x-icu', 'C')
        -- the first needs PostgreSQL 17, the second a server with ICU
        order by array_position(array['pg_c_utf8', 'und-x-icu', 'C'], collname::text)
        limit 1
    );
begin
    execute format(
        $sql$
        create function case_folded(value text) returns text
        language sql immutable strict parallel safe
        return lower(value collate pg_catalog.%I)
        $sql$,
        folding
    );
end
$$;
comment on function case_folded is 'in lower case, the same under every collation of the database';

drop index operator_current_state_lower_operator_id_idx;
create index operator_current_state_name_order
on operator_current_state ((case_folded(name) collate "C"), operator_id);
