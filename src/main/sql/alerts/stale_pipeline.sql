-- What the pipeline has not brought up to date: the state, and days that have ended.
-- Grain: one row per checkpoint and stage, and the instant since which it stands still.
-- Units: whole hours since then, instants.

with

standing as (
    select checkpoint.pipeline_name as name, checkpoint.last_processed_at as since_at
    from pipeline_checkpoints as checkpoint
    union all
    -- the day after the last one there is could be taken since it ended
    select
        day.stage || ' days',
        (max(day.partition_date) + 2)::timestamp at time zone 'UTC'
    from pipeline_partitions as day
    where day.status = 'DONE'
    group by day.stage
)

select
    concat_ws(
        ' ', standing.name, 'since', to_char(standing.since_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    )::text as fact_key,
    null::text as operator_id,
    null::text as avs_id,
    null::text as staker_id,
    null::bigint as block_number,
    standing.since_at::timestamptz as happened_at,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    floor(extract(epoch from :until_time - standing.since_at) / 3600)::integer as hours,
    jsonb_build_object(
        'name', standing.name,
        'since', to_char(standing.since_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    ) as figures,
    null::text as detail,
    '/pipeline'::text as link
from standing
where standing.since_at < :until_time
