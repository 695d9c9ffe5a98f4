-- The role behind EVENTS_DB_URL for a database that others fill. It reads all tables, and learns from the statistics
-- of all sessions how long transactions run, so that no row is missed.
-- Run it as an administrator, in the events database: psql -d YOUR_EVENTS_DATABASE -f deploy/roles/events.sql
-- Grant the right to read again after another role has added tables.

create role operator_analytics_events login password 'change-me';
grant pg_read_all_stats to operator_analytics_events;
grant usage on schema public to operator_analytics_events;
grant select on all tables in schema public to operator_analytics_events;
