-- Rules that report facts, and the alerts that they fired.

create table alert_rules (
    rule_id bigint generated always as identity primary key,
    name text not null,
    kind text not null check (kind in ('SLASH', 'ALLOCATION', 'COMMISSION_CHANGE', 'UNDELEGATION')),
    operator_id text,
    avs_id text,
    staker_id text,
    min_usd numeric check (min_usd > 0),
    min_percent numeric check (min_percent > 0),
    days integer check (days > 0),
    hours integer check (hours > 0),
    is_enabled boolean not null,
    since timestamptz not null,
    evaluated_position bigint,
    created_at timestamptz not null,
    created_by text not null,
    check (num_nonnulls(operator_id, avs_id, staker_id) <= 1)
);
comment on table alert_rules is 'What to report. A rule without an operator, AVS or staker is about all.';
comment on column alert_rules.min_usd is 'USD from which a fact is reported; null for no limit in USD';
comment on column alert_rules.min_percent is 'percent from which a fact is reported; null for no limit in percent';
comment on column alert_rules.days is 'UTC days that are compared; null for kinds that compare none';
comment on column alert_rules.hours is 'age in hours from which something is stale; null for kinds without an age';
comment on column alert_rules.since is 'instant: earlier facts are not reported';
comment on column alert_rules.evaluated_position is 'position of change_feed up to which operators were evaluated; null before the first evaluation';
comment on column alert_rules.created_by is 'name of the key of the administrator';

create table alerts (
    alert_id bigint generated always as identity primary key,
    rule_id bigint not null references alert_rules on delete cascade,
    fact_key text not null,
    kind text not null,
    operator_id text,
    avs_id text,
    staker_id text,
    block_number bigint,
    happened_at timestamptz not null,
    usd numeric,
    percent numeric,
    figures jsonb not null,
    link text not null,
    fired_at timestamptz not null,
    unique (rule_id, fact_key)
);
comment on table alerts is 'Facts that rules reported, each once. Ids ascend in the order of commits.';
comment on column alerts.fact_key is 'identity of the fact among those of its kind';
comment on column alerts.block_number is 'block of the fact; null when it has none';
comment on column alerts.happened_at is 'time of the block, or when it became true';
comment on column alerts.usd is 'USD, the priced part, compared with min_usd; null when the kind has none or nothing has a price';
comment on column alerts.percent is 'percent, compared with min_percent; null when the kind has none or it cannot be computed, with the reason in figures';
comment on column alerts.figures is 'by kind, see docs/alerts.md';
comment on column alerts.link is 'path below this server of the current state of the subject';
create index on alerts (fired_at);
create index on alerts (operator_id);

create table alert_evaluation (
    only_row boolean primary key default true check (only_row),
    version bigint not null,
    evaluated_at timestamptz
);
comment on table alert_evaluation is 'One row, which is locked while one server evaluates the rules.';
comment on column alert_evaluation.version is 'data version up to which the rules were evaluated';
insert into alert_evaluation (version) values (-1);

-- the rows that alerts read, of a table whose other rows are many times as many
create index operator_activity_allocated on operator_activity (operator_id) where activity_type = 'ALLOCATED';
