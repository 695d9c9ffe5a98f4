-- Runs of the pipeline that failed, were lost, or left operators out.
-- Grain: one row per run.
-- Units: instants.

select
    ('run ' || run.run_id)::text as fact_key,
    null::text as operator_id,
    null::text as avs_id,
    null::text as staker_id,
    null::bigint as block_number,
    run.ended_at::timestamptz as happened_at,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object('run', run.run_id::text, 'job', run.job, 'status', run.status) as figures,
    coalesce(run.error, 'no reason is known')::text as detail,
    '/pipeline'::text as link
from pipeline_runs as run
where run.status in ('FAILED', 'LOST', 'PARTIAL') and run.ended_at > :from_time
