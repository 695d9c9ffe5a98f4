-- Rewards: submissions of every generation, distribution roots, claims and settings. A source may lack these tables.

create table event_columns (like deposit_events including all);
alter table event_columns drop column staker_id, drop column strategy_id, drop column shares;

create table rewards_submission_events (
    like event_columns including all,
    avs_id text,
    submitter text,
    submission_nonce numeric not null,
    rewards_submission_hash text not null,
    submission_type text not null,
    strategies_and_multipliers jsonb not null,
    token text not null,
    amount numeric not null,
    start_timestamp bigint not null,
    duration bigint not null
);
comment on column rewards_submission_events.avs_id is 'null for submissions to all stakers or all earners';
comment on column rewards_submission_events.submitter is 'null for submissions of an AVS';
comment on column rewards_submission_events.submission_type is 'AVS_REWARDS, REWARDS_FOR_ALL or REWARDS_FOR_ALL_EARNERS';
comment on column rewards_submission_events.strategies_and_multipliers is '[{"strategy": address, "multiplier": decimal text, wads}]';
comment on column rewards_submission_events.amount is 'base units of the token, after the protocol fee';
comment on column rewards_submission_events.start_timestamp is 'unix seconds';
comment on column rewards_submission_events.duration is 'seconds, whole days';

create table operator_directed_avs_rewards_submission_events (
    like event_columns including all,
    caller text not null,
    avs_id text not null,
    operator_directed_rewards_submission_hash text not null,
    submission_nonce numeric not null,
    strategies_and_multipliers jsonb not null,
    token text not null,
    operator_rewards jsonb not null,
    start_timestamp bigint not null,
    duration bigint not null,
    description text not null
);
comment on column operator_directed_avs_rewards_submission_events.strategies_and_multipliers is '[{"strategy": address, "multiplier": decimal text, wads}]';
comment on column operator_directed_avs_rewards_submission_events.operator_rewards is '[{"operator": address, "amount": decimal text, base units of the token}]';
comment on column operator_directed_avs_rewards_submission_events.start_timestamp is 'unix seconds';
comment on column operator_directed_avs_rewards_submission_events.duration is 'seconds, whole days';

create table operator_directed_operator_set_rewards_submission_events (
    like event_columns including all,
    caller text not null,
    operator_set_id text not null,
    operator_directed_rewards_submission_hash text not null,
    submission_nonce numeric not null,
    strategies_and_multipliers jsonb not null,
    token text not null,
    operator_rewards jsonb not null,
    start_timestamp bigint not null,
    duration bigint not null,
    description text not null
);
comment on column operator_directed_operator_set_rewards_submission_events.operator_set_id is '<avs address>-<number>';
comment on column operator_directed_operator_set_rewards_submission_events.strategies_and_multipliers is '[{"strategy": address, "multiplier": decimal text, wads}]';
comment on column operator_directed_operator_set_rewards_submission_events.operator_rewards is '[{"operator": address, "amount": decimal text, base units of the token}]';
comment on column operator_directed_operator_set_rewards_submission_events.start_timestamp is 'unix seconds';
comment on column operator_directed_operator_set_rewards_submission_events.duration is 'seconds, whole days';

create table stake_rewards_submission_events (
    like event_columns including all,
    caller text not null,
    operator_set_id text not null,
    rewards_submission_hash text not null,
    submission_nonce numeric not null,
    submission_type text not null,
    strategies_and_multipliers jsonb not null,
    token text not null,
    amount numeric not null,
    start_timestamp bigint not null,
    duration bigint not null
);
comment on column stake_rewards_submission_events.operator_set_id is '<avs address>-<number>';
comment on column stake_rewards_submission_events.submission_type is 'UNIQUE_STAKE (weighs allocated stake) or TOTAL_STAKE (weighs delegated stake)';
comment on column stake_rewards_submission_events.strategies_and_multipliers is '[{"strategy": address, "multiplier": decimal text, wads}]';
comment on column stake_rewards_submission_events.amount is 'base units of the token, after the protocol fee';
comment on column stake_rewards_submission_events.start_timestamp is 'unix seconds';
comment on column stake_rewards_submission_events.duration is 'seconds, whole days';

create table distribution_root_submitted_events (
    like event_columns including all,
    root_index bigint not null,
    root text not null,
    rewards_calculation_end_timestamp bigint not null,
    activated_at bigint not null
);
comment on column distribution_root_submitted_events.root is 'root of the claim tree';
comment on column distribution_root_submitted_events.rewards_calculation_end_timestamp is 'unix seconds; the tree holds the rewards until then';
comment on column distribution_root_submitted_events.activated_at is 'unix seconds from which earners can claim';

create table distribution_root_disabled_events (
    like event_columns including all,
    root_index bigint not null
);

create table rewards_claimed_events (
    like event_columns including all,
    root text not null,
    earner text not null,
    claimer text not null,
    recipient text not null,
    token text not null,
    claimed_amount numeric not null
);
comment on column rewards_claimed_events.claimed_amount is 'base units of the token';
create index rewards_claimed_events_earner on rewards_claimed_events (earner);

create table claimer_for_set_events (
    like event_columns including all,
    earner text not null,
    old_claimer text not null,
    claimer text not null
);
comment on column claimer_for_set_events.claimer is 'who may claim for the earner; the zero address for the earner itself';

create table rewards_updater_set_events (
    like event_columns including all,
    old_rewards_updater text not null,
    new_rewards_updater text not null
);
comment on column rewards_updater_set_events.new_rewards_updater is 'who may submit distribution roots';

create table rewards_for_all_submitter_set_events (
    like event_columns including all,
    rewards_for_all_submitter text not null,
    old_value boolean not null,
    new_value boolean not null
);
comment on column rewards_for_all_submitter_set_events.new_value is 'whether it may submit rewards for all';

create table activation_delay_set_events (
    like event_columns including all,
    old_activation_delay bigint not null,
    new_activation_delay bigint not null
);
comment on column activation_delay_set_events.new_activation_delay is 'seconds from the submission of a root until earners can claim';

create table fee_recipient_set_events (
    like event_columns including all,
    old_fee_recipient text not null,
    new_fee_recipient text not null
);
comment on column fee_recipient_set_events.new_fee_recipient is 'who receives the protocol fee';

create table opt_in_for_protocol_fee_set_events (
    like event_columns including all,
    submitter text not null,
    old_value boolean not null,
    new_value boolean not null
);
comment on column opt_in_for_protocol_fee_set_events.new_value is 'whether the protocol fee is taken from its submissions';

drop table event_columns;

-- nobody asks for rows by what is in raw_data
do $$
declare
    event_table regclass;
begin
    for event_table in
        select attrelid
        from pg_attribute
        join pg_class on pg_class.oid = attrelid
        where attname = 'raw_data' and not attisdropped and relkind = 'r' and attstattarget is distinct from 0
            and relnamespace = current_schema()::regnamespace
    loop
        execute format('alter table %s alter column raw_data set statistics 0', event_table);
    end loop;
end $$;
