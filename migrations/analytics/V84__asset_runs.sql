-- The runs that decide whether a table is up to date, so that the API need not find them for each table.

alter table pipeline_assets
    add column last_run_id bigint,
    add column filled_run_id bigint,
    add column filled_code_version text,
    add column changed_run_id bigint,
    add column upstream_run_id bigint;
comment on column pipeline_assets.last_run_id is 'newest run that updated it; null before the first';
comment on column pipeline_assets.filled_run_id is 'newest run of the stage that fills it';
comment on column pipeline_assets.filled_code_version is 'of the selects of that run';
comment on column pipeline_assets.changed_run_id is 'newest run that changed rows of it';
comment on column pipeline_assets.upstream_run_id is 'newest run that changed rows of a table that it depends on';

update pipeline_assets as held
set last_run_id = step.last_run_id,
    filled_run_id = step.filled_run_id,
    filled_code_version = (
        select code_version
        from pipeline_run_steps as filled
        where filled.run_id = step.filled_run_id and filled.asset = held.asset and filled.stage = held.stage
    ),
    changed_run_id = step.changed_run_id
from (
    select
        asset.asset,
        max(run_id) as last_run_id,
        max(run_id) filter (where step.stage = asset.stage) as filled_run_id,
        max(run_id) filter (where inserted + updated + deleted > 0) as changed_run_id
    from pipeline_assets as asset
    join pipeline_run_steps as step using (asset)
    group by asset.asset
) as step
where step.asset = held.asset;

update pipeline_assets as held
set upstream_run_id = (
    select max(needed.changed_run_id)
    from pipeline_assets as needed
    where needed.asset = any(held.depends_on)
);
