-- The role behind API_DB_URL. It reads the analytics tables, without the secrets of webhooks, and creates temporary tables for asOf; it writes nothing.
-- Run it as an administrator, in the analytics database: psql -d eigenlayer_analytics -f deploy/roles/api.sql

create role operator_analytics_api login password 'change-me';
grant connect, temporary on database eigenlayer_analytics to operator_analytics_api;
grant usage on schema public to operator_analytics_api;
grant select on all tables in schema public to operator_analytics_api;
revoke select on alert_webhook_secrets from operator_analytics_api;
-- tables of later versions
alter default privileges for role operator_analytics_owner in schema public
    grant select on tables to operator_analytics_api;
