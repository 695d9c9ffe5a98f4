-- Versions of different histories: a restored or promoted database repeats numbers with other content.

alter table data_version
    add column epoch bigint not null default 0,
    add column history text not null default '';
comment on column data_version.epoch is 'Raised by the first write after a restore or a promotion, to the milliseconds since 1970. Versions of different epochs cannot be compared.';
comment on column data_version.history is 'Cluster, timeline, database and table that the last write was to; another value raises epoch';

create function data_version_epoch() returns trigger
language plpgsql as $$
begin
    begin
        new.history := concat_ws(
            '/',
            (select system_identifier from pg_control_system()),
            substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
            (select oid from pg_database where datname = current_database()),
            tg_relid);
    exception when insufficient_privilege or feature_not_supported or undefined_function then
        -- a service that hides its clusters: a restore there makes another database or table
        new.history := concat_ws(
            '/', (select oid from pg_database where datname = current_database()), tg_relid);
    end;
    if new.history <> old.history then
        new.epoch := greatest(old.epoch + 1, floor(extract(epoch from clock_timestamp()) * 1000)::bigint);
    end if;
    return new;
end;
$$;
comment on function data_version_epoch() is 'Raises data_version.epoch when the row is of another history than this database.';
create trigger data_version_epoch before update on data_version
for each row execute function data_version_epoch();
update data_version set version = version;

create function standby_lag_seconds() returns double precision
language plpgsql stable parallel restricted as $$
begin
    if not pg_is_in_recovery() then
        return null;
    end if;
    -- connected and all that arrived is replayed: nothing is missing, even when the last commit is old
    if pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
        and exists (select from pg_stat_wal_receiver)
    then
        return 0;
    end if;
    -- after a restart without a commit, the last checkpoint
    return extract(epoch from clock_timestamp() - coalesce(
        pg_last_xact_replay_timestamp(), (select checkpoint_time from pg_control_checkpoint())));
end;
$$;
comment on function standby_lag_seconds() is 'Seconds that this standby can be behind its primary; null on a primary.';
