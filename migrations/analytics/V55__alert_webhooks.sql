-- Webhooks that receive alerts. Failures and standstills of the pipeline are alerts, too.

alter table alert_rules
    drop constraint alert_rules_kind_check,
    add constraint alert_rules_kind_check check (
        kind in ('SLASH', 'ALLOCATION', 'COMMISSION_CHANGE', 'UNDELEGATION', 'RUN_FAILED', 'STALE_PIPELINE')
    );

alter table alerts add column detail text;
comment on column alerts.detail is 'for administrators only, such as the error of a run; null when there is none';
create index on alerts (rule_id, alert_id);

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

-- default privileges let the API's role read new tables
do $$
declare
    reader text;
begin
    for reader in
        select distinct quote_ident(pg_get_userbyid(granted.grantee))
        from pg_class
        cross join lateral aclexplode(relacl) as granted
        where oid = 'alert_webhook_secrets'::regclass and granted.grantee not in (0, relowner)
    loop
        execute 'revoke all on alert_webhook_secrets from ' || reader;
    end loop;
end
$$;

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

drop table pipeline_notices;
delete from pipeline_ticks where schedule = 'notices';
delete from pipeline_schedules where schedule = 'notices';
