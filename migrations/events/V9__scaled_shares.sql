-- What a slash leaves of a queued withdrawal follows from its scaled shares. A source may lack this column.
alter table withdrawal_events add column scaled_shares numeric[];
comment on column withdrawal_events.scaled_shares is 'base units before any slash, paired with strategies by position; null when the log came without them';

-- finds the withdrawals whose delay is over
create index on withdrawal_events using brin (start_block);

-- logs that were imported before keep them in raw_data
update withdrawal_events
set scaled_shares = array(
    select shares::numeric
    from jsonb_array_elements_text(
        coalesce(raw_data #> '{data,withdrawal,scaledShares}', raw_data #> '{data,withdrawal,shares}')
    ) with ordinality as scaled (shares, place)
    order by place
)
where
    event_type = 'QUEUED'
    and jsonb_typeof(
        coalesce(raw_data #> '{data,withdrawal,scaledShares}', raw_data #> '{data,withdrawal,shares}')
    ) = 'array'
    and not jsonb_path_exists(
        coalesce(raw_data #> '{data,withdrawal,scaledShares}', raw_data #> '{data,withdrawal,shares}'),
        '$[*] ? (!(@.type() == "number" || @ like_regex "^[0-9]+$"))'
    );
