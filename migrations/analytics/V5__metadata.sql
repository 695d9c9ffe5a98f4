-- What operators and AVSs say of themselves.

create table operator_metadata (
    operator_id text primary key,
    name text,
    description text,
    website text,
    logo text,
    twitter text,
    updated_at timestamptz not null
);
comment on table operator_metadata is 'What operators say of themselves.';

create table avs_metadata (
    avs_id text primary key,
    name text,
    description text,
    website text,
    logo text,
    twitter text,
    updated_at timestamptz not null
);
comment on table avs_metadata is 'What AVSs say of themselves.';

create table metadata_fetches (
    subject text not null check (subject in ('OPERATOR', 'AVS')),
    subject_id text not null,
    uri text not null,
    status text not null check (status in ('FETCHED', 'FAILED', 'REFUSED')),
    reason text,
    detail text,
    failures integer not null,
    attempted_at timestamptz not null,
    fetched_at timestamptz,
    next_attempt_at timestamptz not null,
    primary key (subject, subject_id),
    check ((status = 'FETCHED') = (reason is null))
);
comment on table metadata_fetches is 'One row per operator or AVS whose metadata document was asked for.';
comment on column metadata_fetches.uri is 'The URI as its last event said; another one is asked for at once.';
comment on column metadata_fetches.status is 'FETCHED: taken over. FAILED: tried again. REFUSED: the document or its address is not one that is read; looked at again seldom.';
comment on column metadata_fetches.reason is 'Why not, in one word; null when fetched.';
comment on column metadata_fetches.detail is 'What exactly was met; of a fetched document, the fields that were left out.';
comment on column metadata_fetches.failures is 'Attempts in a row that failed.';
comment on column metadata_fetches.fetched_at is 'When this URI was last taken over; null when it never was.';
