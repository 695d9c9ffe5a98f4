-- Rewards: what was submitted, what each day paid to whom, distribution roots and claims.

create table rewards_submissions (
    submission_hash text primary key,
    submission_kind text not null check (submission_kind in (
        'AVS', 'ALL_STAKERS', 'PI', 'OPERATOR_DIRECTED_AVS', 'OPERATOR_DIRECTED_SET', 'UNIQUE_STAKE', 'TOTAL_STAKE'
    )),
    avs_id text,
    operator_set_id text,
    submitter text not null,
    token text not null,
    amount numeric not null,
    start_date date not null,
    end_date date not null,
    submitted_block bigint not null,
    submitted_at timestamptz not null,
    strategies_and_multipliers jsonb not null,
    operator_rewards jsonb,
    description text,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table rewards_submissions is 'Amounts that are paid to operators and stakers over days.';
comment on column rewards_submissions.submission_kind is 'PI: stakers of all operators that serve anything. OPERATOR_DIRECTED: an amount for each operator. UNIQUE_STAKE, TOTAL_STAKE: by allocated or by delegated stake in an operator set';
comment on column rewards_submissions.avs_id is 'null for PI and ALL_STAKERS';
comment on column rewards_submissions.operator_set_id is '<avs address>-<number>; null unless it pays an operator set';
comment on column rewards_submissions.amount is 'base units of the token, after the protocol fee, for all days';
comment on column rewards_submissions.start_date is 'first UTC day that it pays';
comment on column rewards_submissions.end_date is 'first UTC day that it pays no more';
comment on column rewards_submissions.strategies_and_multipliers is '[{"strategy": address, "multiplier": decimal text, wads}]';
comment on column rewards_submissions.operator_rewards is '[{"operator": address, "amount": decimal text, base units}]; null unless it is directed';
comment on column rewards_submissions.description is 'null unless it is directed';
create index on rewards_submissions (avs_id);
create index on rewards_submissions (start_date, end_date);

create table operator_set_strategy_history (
    operator_set_id text not null,
    strategy_id text not null,
    added_block bigint not null,
    added_log_index bigint not null,
    added_at timestamptz not null,
    removed_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_set_id, strategy_id, added_block, added_log_index)
);
comment on table operator_set_strategy_history is 'Periods in which a strategy was in an operator set.';
comment on column operator_set_strategy_history.removed_at is 'null while it is in the set';

create table distribution_roots (
    root_index bigint primary key,
    root text not null,
    until_date date not null,
    submitted_block bigint not null,
    submitted_at timestamptz not null,
    activates_at timestamptz not null,
    disabled_block bigint,
    disabled_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table distribution_roots is 'Roots of claim trees: which cumulative amounts earners can claim.';
comment on column distribution_roots.until_date is 'first UTC day whose rewards are not in the tree';
comment on column distribution_roots.activates_at is 'instant from which earners can claim';
comment on column distribution_roots.disabled_block is 'null unless it was disabled: nothing can be claimed by it since';

create table rewards_claims (
    transaction_hash text not null,
    log_index bigint not null,
    earner text not null,
    token text not null,
    amount numeric not null,
    claimer text not null,
    recipient text not null,
    root text not null,
    claimed_block bigint not null,
    claimed_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (transaction_hash, log_index)
);
comment on table rewards_claims is 'Claims of earned rewards.';
comment on column rewards_claims.amount is 'base units of the token';
comment on column rewards_claims.root is 'root of the claim tree';
create index on rewards_claims (earner, token);

create table rewards_claimers (
    earner text primary key,
    claimer text not null,
    set_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table rewards_claimers is 'Who may claim for an earner that named someone; others claim for themselves.';

create table operator_daily_rewards (
    snapshot_date date not null,
    reward_date date not null,
    submission_hash text not null,
    operator_id text not null,
    token text not null,
    operator_amount numeric not null,
    stakers_amount numeric not null,
    refund_amount numeric not null,
    commission_bips integer,
    stakers_pool numeric not null,
    total_weight numeric,
    exactness text not null check (exactness in ('EXACT', 'APPROXIMATE')),
    approximate_reason text check (approximate_reason in (
        'RESTAKED_STRATEGIES_UNKNOWN', 'SHARES_UNKNOWN', 'SNAPSHOT_MISSING', 'UNDELEGATED_STAKERS_UNKNOWN',
        'OLD_NUMBER_FORMAT'
    )),
    primary key (snapshot_date, reward_date, submission_hash, operator_id)
);
comment on table operator_daily_rewards is 'What a submission paid for a day to an operator and to its stakers.';
comment on column operator_daily_rewards.snapshot_date is 'UTC day at whose end it was added to the earners'' cumulative amounts: reward_date, later when the submission came later';
comment on column operator_daily_rewards.reward_date is 'UTC day that it is paid for';
comment on column operator_daily_rewards.operator_id is 'empty for a refund of a whole day';
comment on column operator_daily_rewards.operator_amount is 'base units of the token';
comment on column operator_daily_rewards.stakers_amount is 'base units of the token, of all its stakers';
comment on column operator_daily_rewards.refund_amount is 'base units of the token, returned to the AVS';
comment on column operator_daily_rewards.commission_bips is 'bips that the operator keeps; null for submissions without an operator''s part and for refunds';
comment on column operator_daily_rewards.stakers_pool is 'base units of the token that stakers share by weight; for AVS and PI before the operators'' commission';
comment on column operator_daily_rewards.total_weight is 'sum of the weights of the stakers who share the pool; null when there are none';
comment on column operator_daily_rewards.approximate_reason is 'null when EXACT';
create index on operator_daily_rewards (operator_id, reward_date);
create index on operator_daily_rewards (submission_hash, reward_date);

create table earner_daily_rewards (
    snapshot_date date not null,
    earner text not null,
    token text not null,
    amount numeric not null,
    primary key (snapshot_date, earner, token)
);
comment on table earner_daily_rewards is 'What was added to the cumulative amount of an earner at the end of a day: the days of the current month and of months not yet summed.';
comment on column earner_daily_rewards.amount is 'base units of the token';
create index on earner_daily_rewards (earner, token);

-- the next run reads the submissions, and all days are analysed again
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
update pipeline_partitions set status = 'STALE' where stage = 'analytics' and status = 'DONE';
