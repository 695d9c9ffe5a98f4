-- Daily tables are partitioned by month, so that a month can be detached without deleting rows. A table that has rows
-- becomes the partition of all months until now; no row is copied.

-- names and months of the partitions; a month is missing when no partition covers it
create view daily_partitions as
select
    parents.relname::text as table_name,
    children.relname::text as partition_name,
    (regexp_match(pg_get_expr(children.relpartbound, children.oid), 'FROM \(''([0-9-]+)''\)'))[1]::date
        as from_date,
    (regexp_match(pg_get_expr(children.relpartbound, children.oid), 'TO \(''([0-9-]+)''\)'))[1]::date
        as until_date,
    pg_inherits.inhdetachpending as is_detaching
from pg_inherits
join pg_class as children on children.oid = pg_inherits.inhrelid
join pg_class as parents on parents.oid = pg_inherits.inhparent
where parents.relkind = 'p' and parents.relnamespace = to_regnamespace('public');
comment on view daily_partitions is 'Partitions of the daily tables.';
comment on column daily_partitions.from_date is 'first UTC day; null for the partition of all days before its end';
comment on column daily_partitions.until_date is 'first UTC day that it does not hold';
comment on column daily_partitions.is_detaching is 'whether a detachment was begun and not finished';

do $$
declare
    daily record;
    held record;
    allocations text := pg_get_viewdef('operator_allocation_daily_snapshots'::regclass);
    last_day date;
    has_rows boolean;
    until_month date;
    old text;
begin
    drop view delegator_daily_rewards;
    drop view operator_allocation_daily_snapshots;
    for daily in
        select * from (values
            ('operator_daily_snapshots', 'snapshot_date'),
            ('operator_strategy_daily_snapshots', 'snapshot_date'),
            ('operator_avs_daily_snapshots', 'snapshot_date'),
            ('operator_analytics', 'date'),
            ('volatility_metrics', 'date'),
            ('concentration_metrics', 'date')
        ) as tables (name, day)
    loop
        execute format('select max(%I) from %I', daily.day, daily.name) into last_day;
        has_rows := last_day is not null;
        until_month := date_trunc('month', greatest(last_day, current_date) + interval '1 month');
        old := daily.name || '_until_' || to_char(until_month, 'YYYYMM');
        execute format('alter table %I rename to %I', daily.name, old);
        for held in
            select indexrelid::regclass::text as name
            from pg_index where indrelid = old::regclass
        loop
            execute format('alter index %I rename to %I', held.name, 'old_' || held.name);
        end loop;
        execute format(
            'create table %I (like %I including all) partition by range (%I)', daily.name, old, daily.day
        );
        execute format('comment on table %I is %L', daily.name, obj_description(old::regclass, 'pg_class'));
        execute (
            select coalesce(string_agg(
                format('grant %s on %I to %s', privilege_type, daily.name, grantee::regrole), '; '
            ), 'select')
            from pg_class, aclexplode(relacl)
            where oid = old::regclass and grantee <> relowner and grantee <> 0
        );
        if has_rows then
            execute format(
                'alter table %I attach partition %I for values from (minvalue) to (%L)',
                daily.name, old, until_month
            );
        else
            execute format('drop table %I', old);
        end if;
    end loop;
    execute 'create view operator_allocation_daily_snapshots as ' || allocations;
end $$;

create view delegator_daily_rewards as
with
weights as (
    select
        holdings.staker_id,
        rewards.snapshot_date,
        rewards.reward_date,
        rewards.submission_hash,
        rewards.operator_id,
        rewards.token,
        rewards.exactness,
        rewards.approximate_reason,
        rewards.commission_bips,
        rewards.stakers_pool,
        rewards.total_weight,
        submissions.submission_kind in ('AVS', 'PI', 'ALL_STAKERS') as is_pooled,
        sum(
            case
                when submissions.submission_kind = 'UNIQUE_STAKE'
                    then holdings.shares
                    * coalesce(least(before.current_magnitude, after.current_magnitude), 0)
                    / nullif(coalesce(maximum.max_magnitude, 1e18), 0)
                    * (item ->> 'multiplier')::numeric
                else (item ->> 'multiplier')::numeric * holdings.shares
            end
        ) as weight
    from operator_delegator_share_history as holdings
    join operator_daily_rewards as rewards
        on
            rewards.operator_id = holdings.operator_id
            and rewards.reward_date >= holdings.from_date
            and (rewards.reward_date < holdings.until_date) is not false
    join rewards_submissions as submissions using (submission_hash)
    cross join jsonb_array_elements(submissions.strategies_and_multipliers) as items (item)
    left join operator_allocation_periods as before
        on
            submissions.submission_kind = 'UNIQUE_STAKE'
            and before.operator_id = rewards.operator_id
            and before.operator_set_id = submissions.operator_set_id
            and before.strategy_id = holdings.strategy_id
            and before.from_date <= rewards.reward_date
            and (before.until_date > rewards.reward_date) is not false
            and rewards.reward_date in (select snapshot_date from snapshot_days)
    left join operator_allocation_periods as after
        on
            after.operator_id = before.operator_id
            and after.operator_set_id = before.operator_set_id
            and after.strategy_id = before.strategy_id
            and after.from_date <= rewards.reward_date + 1
            and (after.until_date > rewards.reward_date + 1) is not false
            and rewards.reward_date + 1 in (select snapshot_date from snapshot_days)
    left join operator_strategy_daily_snapshots as maximum
        on
            maximum.operator_id = before.operator_id
            and maximum.strategy_id = before.strategy_id
            and maximum.snapshot_date = rewards.reward_date + 1
    where
        lower(item ->> 'strategy') = holdings.strategy_id
        and holdings.shares > 0
        and rewards.total_weight > 0
        and (
            submissions.submission_kind <> 'OPERATOR_DIRECTED_SET'
            or exists (
                select from operator_set_strategy_history as periods
                where
                    periods.operator_set_id = submissions.operator_set_id
                    and periods.strategy_id = holdings.strategy_id
                    and (periods.added_at at time zone 'UTC')::date <= rewards.reward_date
                    and ((periods.removed_at at time zone 'UTC')::date > rewards.reward_date) is not false
            )
        )
        and (
            submissions.submission_kind <> 'AVS'
            -- one lookup by the key; planned as not exists, the whole table is read
            or (
                select asked.status from restaked_strategy_days as asked
                where asked.avs_id = submissions.avs_id and asked.reward_date = rewards.reward_date
            ) is distinct from 'ANSWERED'
            or holdings.strategy_id = any(
                (
                    select answers.strategies
                    from operator_restaked_strategies as answers
                    where
                        answers.avs_id = submissions.avs_id
                        and answers.operator_id = rewards.operator_id
                        and answers.from_date <= rewards.reward_date
                    order by answers.from_date desc
                    limit 1
                )::text []
            )
        )
    group by
        holdings.staker_id, rewards.snapshot_date, rewards.reward_date, rewards.submission_hash,
        rewards.operator_id, rewards.token, rewards.exactness, rewards.approximate_reason,
        rewards.commission_bips, rewards.stakers_pool, rewards.total_weight, submissions.submission_kind
),
pays as (
    select
        weights.*,
        floor(floor(weight / total_weight * 1000000000000000) / 1000000000000000 * stakers_pool) as pay
    from weights
    where weight > 0
)
select
    staker_id,
    snapshot_date,
    reward_date,
    submission_hash,
    operator_id,
    token,
    exactness,
    approximate_reason,
    case when is_pooled then pay - div(pay * coalesce(commission_bips, 0), 10000) else pay end as amount
from pays;
comment on view delegator_daily_rewards is 'What each submission paid a staker for a day, computed from the operator''s rows and the share history.';
comment on view operator_allocation_daily_snapshots is 'What every operator had allocated to each operator set at the end of each UTC day.';
comment on column operator_allocation_daily_snapshots.current_magnitude is 'wad, in force';
comment on column operator_allocation_daily_snapshots.pending_magnitude is 'wad, in force from pending_effect_block; null when nothing was pending';
comment on column operator_allocation_daily_snapshots.slashable_shares is 'base units; 0 when not slashable; null when slashable and the operator''s shares were not known';
comment on column operator_allocation_daily_snapshots.slashable_usd is 'USD by the prices of the day; null when the day has no price or the shares were not known';
