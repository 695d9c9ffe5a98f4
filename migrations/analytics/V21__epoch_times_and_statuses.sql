-- Times in other units than milliseconds, and statuses in other spellings, that were stored before both were checked.

insert into epoch_issues (epoch, json_path, kind, raw, reason)
select
    epoch, '$.timestamp', 'UNREADABLE', "timestamp"::text,
    'neither seconds, milliseconds, microseconds nor nanoseconds since 1970'
from epochs
where length("timestamp"::text) not in (10, 13, 16, 19)
on conflict do nothing;

create function pg_temp.milliseconds(stored bigint) returns bigint
    language sql immutable
    return case length(stored::text)
        when 10 then stored * 1000
        when 13 then stored
        when 16 then stored / 1000
        when 19 then stored / 1000000
    end;

update data_version
set version = version + 1, changed_at = clock_timestamp()
where
    exists (select from epochs where length("timestamp"::text) <> 13)
    or exists (select from operators_metadata where status is not null);

update epochs
set
    "timestamp" = pg_temp.milliseconds("timestamp"),
    version = (select version from data_version)
where length("timestamp"::text) <> 13;

update superseded_documents
set "timestamp" = pg_temp.milliseconds("timestamp")
where length("timestamp"::text) <> 13;

update epochs set end_hash = lower(end_hash) where end_hash <> lower(end_hash);
update operators_metadata set signing_key = lower(signing_key) where signing_key <> lower(signing_key);

-- what the value of __kind was is in the documents: import epochs --reparse reads it
update operators_metadata set status = null where status in ('__kind', 'kind', 'type');

update operators_metadata as held
set status = known.status
from unnest(
    array['registered', 'deregistered', 'deactivated', 'slashed', 'pendingSlash', 'invalidBundle']
) as known (status)
where
    lower(translate(held.status, '_ -', '')) = lower(known.status)
    and held.status <> known.status;

update operators_metadata
set is_active = status = 'registered' and last_seen_epoch = (select max(epoch) from epochs)
where
    is_active is distinct from
        (status = 'registered' and last_seen_epoch = (select max(epoch) from epochs));

comment on column operators_metadata.is_active is 'its status is registered, and the newest document lists it; null when the status is unknown';
comment on column operators_metadata.status is 'partialStatus in the last document that lists it, in one spelling: registered, deregistered, deactivated, slashed, pendingSlash, invalidBundle; null when unknown';
comment on column epochs."timestamp" is 'milliseconds since 1970 at which the document was taken from the chain, not chain time; loaders'' seconds, microseconds and nanoseconds are converted';
