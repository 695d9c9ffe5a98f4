-- A run that could not rebuild some operators did not simply succeed.
alter table pipeline_runs
    drop constraint pipeline_runs_status_check,
    add constraint pipeline_runs_status_check
        check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'LOST', 'CANCELLED'));
comment on column pipeline_runs.status is 'QUEUED: asked for, taken by the next server that is free. PARTIAL: done, but for the operators that error names. LOST: its process ended without a word. CANCELLED: stopped because somebody asked for it';
