-- Figures that the first view of a page shows, so that it reads one row for each line.

alter table operator_figures
    add column score_reason text not null default 'NOT_ANALYSED',
    add column tvs_trend text not null default '[]';
alter table operator_figures
    alter column score_reason drop not null,
    add check (score_reason in ('NOTHING_AT_STAKE', 'UNKNOWN_SHARES', 'UNPRICED', 'NOT_ANALYSED'));
comment on column operator_figures.score_reason is 'why risk_score is null: as in operator_analytics, NOT_ANALYSED without a row of the newest analysed day; null when risk_score is not null';
comment on column operator_figures.tvs_trend is 'JSON array of TVS in USD at the end of the 30 days up to the newest analysed day, oldest first; null for a day without TVS, nothing for a day without a snapshot';

update operator_figures
set score_reason = (
        select coalesce(min(operator_analytics.score_reason), case when count(*) = 0 then 'NOT_ANALYSED' end)
        from operator_analytics
        where operator_analytics.operator_id = operator_figures.operator_id
            and operator_analytics.date = (select max(date) from network_daily_risk)
    ),
    tvs_trend = (
        select
            '[' || coalesce(
                string_agg(
                    coalesce('"' || trim_scale(daily.total_tvs)::text || '"', 'null'), ','
                    order by daily.snapshot_date
                ),
                ''
            ) || ']'
        from operator_daily_snapshots as daily
        where daily.operator_id = operator_figures.operator_id
            and daily.snapshot_date > (select max(date) - 30 from network_daily_risk)
            and daily.snapshot_date <= (select max(date) from network_daily_risk)
    );

-- counts and sums of active operators read the index alone
create index on operator_current_state (is_active, total_tvs);

alter table pipeline_runs add column rows_written bigint not null default 0;
comment on column pipeline_runs.rows_written is 'rows that its steps inserted, updated and deleted';
update pipeline_runs
set rows_written = step.row_count
from (
    select run_id, sum(inserted + updated + deleted)::bigint as row_count
    from pipeline_run_steps
    group by run_id
) as step
where step.run_id = pipeline_runs.run_id;
