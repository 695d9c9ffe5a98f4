-- Commissions and allocations change rarely: periods of days instead of a row for each day. Views with the old names
-- return the rows of days. Blocks of days are kept instead of being searched for.

create table snapshot_days (
    snapshot_date date primary key
);
comment on table snapshot_days is 'UTC days that have a snapshot.';

insert into snapshot_days
select partition_date from pipeline_partitions where stage = 'snapshot' and status <> 'FAILED'
union
select snapshot_date from network_daily_aggregates
union
select snapshot_date from operator_allocation_daily_snapshots
union
select snapshot_date from operator_commission_daily_snapshots;

create table operator_allocation_periods (
    operator_id text not null,
    operator_set_id text not null,
    strategy_id text not null,
    from_date date not null,
    until_date date check (until_date > from_date),
    current_magnitude numeric not null,
    pending_magnitude numeric,
    pending_effect_block bigint,
    is_slashable boolean not null,
    primary key (operator_id, operator_set_id, strategy_id, from_date)
) with (fillfactor = 85);
comment on table operator_allocation_periods is 'What each operator had allocated to each operator set at the end of each UTC day, as periods of days that have a snapshot.';
comment on column operator_allocation_periods.from_date is 'first day at whose end it was so';
comment on column operator_allocation_periods.until_date is 'first day with a snapshot at whose end it was so no more; null while it lasts';
comment on column operator_allocation_periods.current_magnitude is 'wad, in force';
comment on column operator_allocation_periods.pending_magnitude is 'wad, in force from pending_effect_block; null when nothing was pending';
comment on column operator_allocation_periods.pending_effect_block is 'block; null when nothing was pending';
comment on column operator_allocation_periods.is_slashable is 'whether the set could slash it';

create table operator_commission_periods (
    operator_id text not null,
    commission_kind text not null check (commission_kind in ('PI', 'AVS', 'OPERATOR_SET')),
    subject_id text not null,
    from_date date not null,
    until_date date check (until_date > from_date),
    current_bips integer not null,
    is_default boolean not null,
    upcoming_bips integer,
    activates_at timestamptz,
    primary key (operator_id, commission_kind, subject_id, from_date)
) with (fillfactor = 85);
comment on table operator_commission_periods is 'What each operator kept of rewards at the end of each UTC day, as periods of days that have a snapshot.';
comment on column operator_commission_periods.subject_id is 'AVS address or <avs address>-<number>; empty for PI';
comment on column operator_commission_periods.from_date is 'first day at whose end it was so';
comment on column operator_commission_periods.until_date is 'first day with a snapshot at whose end it was so no more; null while it lasts';
comment on column operator_commission_periods.current_bips is 'bips: what the operator keeps of 10000';
comment on column operator_commission_periods.upcoming_bips is 'bips from activates_at; null when none was announced';
comment on column operator_commission_periods.activates_at is 'instant; null when no rate was announced';

-- a period ends where the next day with a snapshot has no row or other values
with
days as (
    select
        snapshot_date,
        row_number() over (order by snapshot_date) as place,
        lead(snapshot_date) over (order by snapshot_date) as next_date
    from snapshot_days
),
compared as (
    select
        rows_of_days.*,
        days.next_date,
        (
            lag(place) over key = place - 1
            and lag(current_magnitude) over key = current_magnitude
            and lag(pending_magnitude) over key is not distinct from pending_magnitude
            and lag(pending_effect_block) over key is not distinct from pending_effect_block
            and lag(is_slashable) over key = is_slashable
        ) is not true as is_first
    from operator_allocation_daily_snapshots as rows_of_days
    join days using (snapshot_date)
    window key as (partition by operator_id, operator_set_id, strategy_id order by snapshot_date)
),
numbered as (
    select
        compared.*,
        count(*) filter (where is_first) over (
            partition by operator_id, operator_set_id, strategy_id order by snapshot_date
        ) as period
    from compared
)
insert into operator_allocation_periods (
    operator_id, operator_set_id, strategy_id, from_date, until_date, current_magnitude, pending_magnitude,
    pending_effect_block, is_slashable
)
select distinct on (operator_id, operator_set_id, strategy_id, period)
    operator_id,
    operator_set_id,
    strategy_id,
    min(snapshot_date) over (partition by operator_id, operator_set_id, strategy_id, period),
    next_date,
    current_magnitude,
    pending_magnitude,
    pending_effect_block,
    is_slashable
from numbered
order by operator_id, operator_set_id, strategy_id, period, snapshot_date desc;

with
days as (
    select
        snapshot_date,
        row_number() over (order by snapshot_date) as place,
        lead(snapshot_date) over (order by snapshot_date) as next_date
    from snapshot_days
),
compared as (
    select
        rows_of_days.*,
        days.next_date,
        (
            lag(place) over key = place - 1
            and lag(current_bips) over key = current_bips
            and lag(is_default) over key = is_default
            and lag(upcoming_bips) over key is not distinct from upcoming_bips
            and lag(activates_at) over key is not distinct from activates_at
        ) is not true as is_first
    from operator_commission_daily_snapshots as rows_of_days
    join days using (snapshot_date)
    window key as (partition by operator_id, commission_kind, subject_id order by snapshot_date)
),
numbered as (
    select
        compared.*,
        count(*) filter (where is_first) over (
            partition by operator_id, commission_kind, subject_id order by snapshot_date
        ) as period
    from compared
)
insert into operator_commission_periods (
    operator_id, commission_kind, subject_id, from_date, until_date, current_bips, is_default, upcoming_bips,
    activates_at
)
select distinct on (operator_id, commission_kind, subject_id, period)
    operator_id,
    commission_kind,
    subject_id,
    min(snapshot_date) over (partition by operator_id, commission_kind, subject_id, period),
    next_date,
    current_bips,
    is_default,
    upcoming_bips,
    activates_at
from numbered
order by operator_id, commission_kind, subject_id, period, snapshot_date desc;

create index on operator_allocation_periods (operator_set_id, from_date);
create index on operator_allocation_periods ((split_part(operator_set_id, '-', 1)), from_date);

create function slashable_shares(
    is_slashable boolean, current_magnitude numeric, shares numeric, max_magnitude numeric
) returns numeric
language sql immutable parallel safe
return case
    when not is_slashable or coalesce(max_magnitude, 0) = 0 then 0
    else allocated_shares(shares, current_magnitude, max_magnitude)
end;
comment on function slashable_shares(boolean, numeric, numeric, numeric) is 'Shares in base units that an operator set can slash: 0 when it cannot slash the allocation or the operator has no row of the strategy, null when the shares are not known.';

drop view delegator_daily_rewards;
drop table operator_allocation_daily_snapshots;
drop table operator_commission_daily_snapshots;

create view operator_allocation_daily_snapshots as
select
    periods.operator_id,
    periods.operator_set_id,
    periods.strategy_id,
    days.snapshot_date,
    periods.current_magnitude,
    periods.pending_magnitude,
    periods.pending_effect_block,
    periods.is_slashable,
    slashable_shares(periods.is_slashable, periods.current_magnitude, held.shares, held.max_magnitude)
        as slashable_shares,
    usd_value(
        slashable_shares(periods.is_slashable, periods.current_magnitude, held.shares, held.max_magnitude),
        quotes.usd_per_share_unit
    ) as slashable_usd
from operator_allocation_periods as periods
join snapshot_days as days
    on days.snapshot_date >= periods.from_date and (days.snapshot_date < periods.until_date) is not false
left join operator_strategy_daily_snapshots as held
    on
        held.operator_id = periods.operator_id
        and held.strategy_id = periods.strategy_id
        and held.snapshot_date = days.snapshot_date
left join strategy_daily_quotes as quotes
    on quotes.strategy_id = periods.strategy_id and quotes.snapshot_date = days.snapshot_date;
comment on view operator_allocation_daily_snapshots is 'What every operator had allocated to each operator set at the end of each UTC day.';
comment on column operator_allocation_daily_snapshots.current_magnitude is 'wad, in force';
comment on column operator_allocation_daily_snapshots.pending_magnitude is 'wad, in force from pending_effect_block; null when nothing was pending';
comment on column operator_allocation_daily_snapshots.slashable_shares is 'base units; 0 when not slashable; null when slashable and the operator''s shares were not known';
comment on column operator_allocation_daily_snapshots.slashable_usd is 'USD by the prices of the day; null when the day has no price or the shares were not known';

create view operator_commission_daily_snapshots as
select
    periods.operator_id,
    periods.commission_kind,
    periods.subject_id,
    days.snapshot_date,
    periods.current_bips,
    periods.is_default,
    periods.upcoming_bips,
    periods.activates_at
from operator_commission_periods as periods
join snapshot_days as days
    on days.snapshot_date >= periods.from_date and (days.snapshot_date < periods.until_date) is not false;
comment on view operator_commission_daily_snapshots is 'What every operator kept of rewards at the end of each UTC day.';
comment on column operator_commission_daily_snapshots.subject_id is 'AVS address or <avs address>-<number>; empty for PI';
comment on column operator_commission_daily_snapshots.current_bips is 'bips: what the operator keeps of 10000';

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
            or not exists (
                select from restaked_strategy_days as asked
                where
                    asked.avs_id = submissions.avs_id
                    and asked.reward_date = rewards.reward_date
                    and asked.status = 'ANSWERED'
            )
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

create table day_blocks (
    day date primary key,
    first_block bigint not null,
    last_block bigint not null,
    last_timestamp bigint not null,
    seen_until timestamptz not null
);
comment on table day_blocks is 'Blocks of the UTC days with events, by which the last block of each day is found.';
comment on column day_blocks.first_block is 'first block of the day with events';
comment on column day_blocks.last_block is 'last block of the day with events';
comment on column day_blocks.last_timestamp is 'unix seconds of last_block';
comment on column day_blocks.seen_until is 'instant: every source row written before it was seen';
create index on day_blocks (last_block);
