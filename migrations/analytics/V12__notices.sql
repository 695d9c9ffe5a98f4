-- What somebody should hear of, once however many servers there are.

create table pipeline_notices (
    kind text not null check (kind in ('RUN_FAILED', 'STALE')),
    subject text not null,
    message text not null,
    noticed_at timestamptz not null,
    told_at timestamptz,
    attempts integer not null default 0,
    not_before timestamptz not null,
    last_error text,
    primary key (kind, subject)
);
comment on table pipeline_notices is 'Failures and standstills, told to the webhook.';
comment on column pipeline_notices.subject is 'the run, or what stands still and since when';
comment on column pipeline_notices.told_at is 'when the webhook took it; null when it did not yet';
comment on column pipeline_notices.attempts is 'how often it was sent';
comment on column pipeline_notices.not_before is 'instant of the next attempt';
comment on column pipeline_notices.last_error is 'why the last attempt failed; null when none did';
