-- When each schedule runs next, as the server that runs it computed it.

alter table pipeline_schedules
    add column next_tick_at timestamptz;
comment on column pipeline_schedules.next_tick_at is 'instant of the next tick; in the past when no server runs the schedule any more';
