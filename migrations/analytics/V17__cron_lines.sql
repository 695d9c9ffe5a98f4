-- Since when each schedule runs by its cron line.

alter table pipeline_schedules
    add column cron_since timestamptz;
comment on column pipeline_schedules.cron_since is 'instant: ticks of the cron line before it were never due; null when the line never changed';
