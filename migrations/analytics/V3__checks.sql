-- What checks found.

create table pipeline_checks (
    name text primary key,
    asset text not null,
    severity text not null check (severity in ('ERROR', 'WARNING')),
    is_blocking boolean not null,
    status text not null check (status in ('PASSED', 'FAILED', 'UNREADABLE')),
    failing_rows bigint,
    sample text[] not null,
    run_id bigint,
    evaluated_at timestamptz not null
);
comment on table pipeline_checks is 'The latest answer of each check; a check selects the rows that break a rule.';
comment on column pipeline_checks.asset is 'table that the rule is about';
comment on column pipeline_checks.is_blocking is 'whether days leave out the operators that break it, and wait when it cannot be read';
comment on column pipeline_checks.status is 'UNREADABLE: the check itself failed, the sample says why';
comment on column pipeline_checks.sample is 'the first failing rows, as JSON';

create table operator_verifications (
    operator_id text primary key,
    verified_at timestamptz not null
);
comment on table operator_verifications is 'When each operator was last rebuilt; whoever waits longest is rebuilt again though nothing was heard of it.';
create index on operator_verifications (verified_at);
