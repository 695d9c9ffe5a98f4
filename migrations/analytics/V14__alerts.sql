-- Rules of alerts, the alerts that they raised, and the webhooks that receive them.

create table alert_rules (
    rule_id bigint generated always as identity primary key,
    name text not null,
    kind text not null check (
        kind in (
            'SLASH', 'ALLOCATION', 'REDISTRIBUTING_SET_JOINED', 'ALLOCATION_DELAY_CHANGE', 'SLASHER_CHANGE',
            'COMMISSION_CHANGE', 'APPROVER_CHANGE', 'UNDELEGATION', 'FLAG_RAISED', 'TVS_DROP', 'RISK_LEVEL_WORSE',
            'WITHDRAWAL_COMPLETABLE', 'STALE_PRICE', 'RUN_FAILED', 'STALE_PIPELINE'
        )
    ),
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
    flag text,
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
comment on column alert_rules.flag is 'the only flag that is reported; null for all flags, and for other kinds';

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
    detail text,
    unique (rule_id, fact_key)
);
comment on table alerts is 'Facts that rules reported, each once. Ids ascend in the order of commits.';
comment on column alerts.fact_key is 'identity of the fact among those of its kind';
comment on column alerts.block_number is 'block of the fact; null when it has none';
comment on column alerts.happened_at is 'time of the block, or when it became true';
comment on column alerts.usd is 'USD, the priced part, compared with min_usd; null when the kind has none or nothing has a price';
comment on column alerts.percent is 'percent, compared with min_percent; null when the kind has none or it cannot be computed, with the reason in figures';
comment on column alerts.figures is 'by kind, see docs/alerts.md';
comment on column alerts.link is 'path below this server of a page about the subject';
comment on column alerts.detail is 'for administrators only, such as the error of a run; null when there is none';
create index on alerts (fired_at);
create index on alerts (happened_at, alert_id);
create index on alerts (operator_id);
create index on alerts (rule_id, alert_id);

create table alert_evaluation (
    only_row boolean primary key default true check (only_row),
    version bigint not null,
    evaluated_at timestamptz
);
comment on table alert_evaluation is 'One row, which is locked while one server evaluates the rules.';
comment on column alert_evaluation.version is 'data version up to which the rules were evaluated';

create table alert_webhooks (
    webhook_id bigint generated always as identity primary key,
    name text not null,
    format text not null check (format in ('JSON', 'SLACK', 'DISCORD')),
    host text not null,
    is_configured boolean not null default false,
    created_at timestamptz not null,
    created_by text not null
);
comment on column alert_webhooks.host is 'host of its URL';
comment on column alert_webhooks.is_configured is 'whether it is the webhook of the setting WEBHOOK_URL';
create unique index on alert_webhooks (is_configured) where is_configured;

create table alert_webhook_secrets (
    webhook_id bigint primary key references alert_webhooks on delete cascade,
    url text not null,
    signing_key text,
    auth_header text
);
comment on table alert_webhook_secrets is 'What the API never returns and no log contains.';
comment on column alert_webhook_secrets.signing_key is 'key of the HMAC-SHA256 signature; null for unsigned requests';
comment on column alert_webhook_secrets.auth_header is 'value of the Authorization header; null for none';

create table alert_deliveries (
    rule_id bigint not null references alert_rules on delete cascade,
    webhook_id bigint not null references alert_webhooks on delete cascade,
    delivered_to bigint not null,
    delivered_count bigint not null default 0,
    dropped_count bigint not null default 0,
    attempts integer not null default 0,
    not_before timestamptz not null,
    leased_until timestamptz not null default 'epoch',
    last_delivered_at timestamptz,
    last_error text,
    primary key (rule_id, webhook_id)
);
comment on table alert_deliveries is 'How far the alerts of a rule were delivered to a webhook, in order.';
comment on column alert_deliveries.delivered_to is 'alert_id up to which all alerts of the rule were delivered or dropped';
comment on column alert_deliveries.dropped_count is 'alerts that the webhook did not accept in time';
comment on column alert_deliveries.attempts is 'failed attempts for the next alert';
comment on column alert_deliveries.not_before is 'instant of the next attempt';
comment on column alert_deliveries.leased_until is 'instant until which one server delivers';
comment on column alert_deliveries.last_error is 'why the last attempt failed, without the URL; null when it did not';
create index on alert_deliveries (webhook_id);

create table alert_flags (
    flag text not null,
    operator_id text not null,
    subject_id text not null,
    raised_at timestamptz not null,
    raised_block bigint not null,
    primary key (flag, operator_id, subject_id)
);
comment on table alert_flags is 'Flags that are set, and since when: operator_flags changes with the figures of a flag, this table does not.';
comment on column alert_flags.raised_at is 'time that the state was as of when the flag was found';
comment on column alert_flags.raised_block is 'block that the state was as of then';

insert into alert_evaluation (version) values (-1);
