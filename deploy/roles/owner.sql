-- The role and the database behind ANALYTICS_DB_URL. The role owns the tables and migrates them.
-- Run it once as an administrator, in the database postgres: psql -d postgres -f deploy/roles/owner.sql

create role operator_analytics_owner login password 'change-me';
grant operator_analytics_owner to current_user;
create database eigenlayer_analytics owner operator_analytics_owner;
