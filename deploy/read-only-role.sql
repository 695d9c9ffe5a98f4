-- A role that can only read the analytics tables, for use by other tools.
-- Run it in the analytics database as its owner: ./operator-analytics sql deploy/read-only-role.sql

create role operator_analytics_reader login password 'change-me';
grant usage on schema public to operator_analytics_reader;
grant select on all tables in schema public to operator_analytics_reader;
alter default privileges in schema public grant select on tables to operator_analytics_reader;
alter role operator_analytics_reader set default_transaction_read_only = on;
alter role operator_analytics_reader set statement_timeout = '10s';
