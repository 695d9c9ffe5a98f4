-- What stakers hold, with an operator or without one, what they withdraw, and their pods.

create table operator_delegator_history (
    operator_id text not null,
    staker_id text not null,
    delegated_block bigint not null,
    delegated_log_index bigint not null,
    delegated_at timestamptz not null,
    undelegated_block bigint,
    undelegated_log_index bigint,
    undelegated_at timestamptz,
    was_forced boolean not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id, delegated_block, delegated_log_index)
) with (fillfactor = 85);
comment on table operator_delegator_history is 'The periods in which a staker was delegated to an operator.';
comment on column operator_delegator_history.undelegated_block is 'block; null while the period lasts';
comment on column operator_delegator_history.was_forced is 'whether the operator or its approver ended it';
create index on operator_delegator_history (staker_id);
create index on operator_delegator_history (undelegated_at);
create index on operator_delegator_history (delegated_block, delegated_log_index);

create table operator_delegator_shares (
    operator_id text not null,
    staker_id text not null,
    strategy_id text not null,
    id text generated always as (operator_id || '-' || staker_id || '-' || strategy_id) stored,
    shares numeric,
    is_dust boolean not null,
    tvs_usd numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id, strategy_id)
) with (fillfactor = 85);
comment on table operator_delegator_shares is 'What each delegator holds at its operator now; those that left have no row.';
comment on column operator_delegator_shares.shares is 'base units of the strategy''s underlying token; null when not known';
comment on column operator_delegator_shares.is_dust is 'no more than the rounding that a slash leaves behind; false when shares are not known';
comment on column operator_delegator_shares.tvs_usd is 'USD, rounded to 18 decimals; null when the strategy has no price or the shares are not known';
create index on operator_delegator_shares (staker_id);
create index on operator_delegator_shares (strategy_id, shares, staker_id, operator_id)
where shares is not null and not is_dust;

create table operator_delegator_scaled_shares (
    operator_id text not null,
    staker_id text not null,
    strategy_id text not null,
    scaled_shares numeric not null,
    beacon_chain_factor numeric not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id, strategy_id)
) with (fillfactor = 85);
comment on table operator_delegator_scaled_shares is 'Deposits times scaling factor of delegators, in strategies whose maximum magnitude or beacon chain factor ever fell; elsewhere they are the shares.';
comment on column operator_delegator_scaled_shares.scaled_shares is 'base units: deposit shares * deposit scaling factor / 10^18, rounded down';
comment on column operator_delegator_scaled_shares.beacon_chain_factor is 'wad; 10^18 for other strategies than native ETH';

create table operator_delegator_share_history (
    operator_id text not null,
    staker_id text not null,
    strategy_id text not null,
    from_date date not null,
    until_date date,
    shares numeric,
    is_dust boolean not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id, strategy_id, from_date)
) with (fillfactor = 85);
comment on table operator_delegator_share_history is 'What each delegator held at the end of each day, as periods of days; days without shares have no row.';
comment on column operator_delegator_share_history.from_date is 'first UTC day at whose end it was so';
comment on column operator_delegator_share_history.until_date is 'first UTC day at whose end it was so no more; null while it lasts';
comment on column operator_delegator_share_history.shares is 'base units of the strategy''s underlying token; null when the history before the first event is missing: its sum fell below 0';
comment on column operator_delegator_share_history.is_dust is 'no more than the rounding that a slash leaves behind; false when shares are not known';
create index on operator_delegator_share_history (staker_id);

create table operator_delegators (
    operator_id text not null,
    staker_id text not null,
    is_delegated boolean not null,
    is_active boolean not null,
    delegated_at timestamptz,
    undelegated_at timestamptz,
    strategy_count integer not null,
    tvs_usd numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id)
) with (fillfactor = 85);
comment on table operator_delegators is 'Every staker that ever delegated to the operator.';
comment on column operator_delegators.is_active is 'delegated now and holding more than dust';
comment on column operator_delegators.delegated_at is 'start of the latest period; null when only its shares show that it is delegated';
comment on column operator_delegators.strategy_count is 'strategies it holds shares of';
comment on column operator_delegators.tvs_usd is 'USD, the priced part; null when nothing it holds has a price';
create index on operator_delegators (staker_id) where is_delegated;

-- The search finds delegators by how their address begins, whatever collation the database has.
create index on operator_delegators (staker_id collate "C");
create index on operator_delegators (staker_id, is_delegated desc, operator_id);
create index on operator_delegators (
    (case when is_delegated then tvs_usd end) desc nulls last,
    staker_id desc
);

create table queued_withdrawals (
    operator_id text not null,
    withdrawal_root text not null,
    staker_id text not null,
    withdrawer text not null,
    nonce numeric not null,
    start_block bigint not null,
    queued_block bigint not null,
    queued_at timestamptz not null,
    completed_block bigint,
    completed_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    completable_at_block bigint not null,
    completable_at timestamptz not null,
    is_completable_at_estimated boolean not null,
    is_completable boolean not null,
    current_usd numeric,
    current_usd_status text,
    primary key (operator_id, withdrawal_root)
) with (fillfactor = 85);
comment on table queued_withdrawals is 'Shares on their way out: they left the operator when they were queued.';
comment on column queued_withdrawals.operator_id is 'who could be slashed with it; the zero address when the staker had no operator';
comment on column queued_withdrawals.start_block is 'block from which the delay counts';
comment on column queued_withdrawals.completed_at is 'null while it waits';
comment on column queued_withdrawals.completable_at_block is 'first block in which it can be completed: start_block + withdrawal delay + 1, or the block in which it was completed if that is earlier';
comment on column queued_withdrawals.completable_at is 'time of that block, counted by slots from the block in which it was queued';
comment on column queued_withdrawals.is_completable_at_estimated is 'false when the time of the block is known, because it was completed in it';
comment on column queued_withdrawals.is_completable is 'whether it is queued and the state has reached completable_at_block; until then it can be slashed';
comment on column queued_withdrawals.current_usd is 'USD of what is left of it; null when no part has a value, and once it is completed';
comment on column queued_withdrawals.current_usd_status is 'VALUED, PARTLY_VALUED, MISSING_PRICE, UNKNOWN_SHARES or WITHDRAWAL_COMPLETED';
create index on queued_withdrawals (staker_id);
create index on queued_withdrawals (completable_at_block) where completed_at is null;
create index on queued_withdrawals (completable_at);
create index on queued_withdrawals (current_usd);

create table queued_withdrawal_shares (
    operator_id text not null,
    withdrawal_root text not null,
    place integer not null,
    strategy_id text not null,
    is_queued boolean not null,
    shares numeric not null,
    scaled_shares numeric,
    current_shares numeric,
    current_shares_status text not null,
    lost_to_slashes numeric,
    current_usd numeric,
    current_usd_status text,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    staker_id text,
    beacon_chain_factor numeric,
    primary key (operator_id, withdrawal_root, place)
) with (fillfactor = 85);
comment on table queued_withdrawal_shares is 'The parts of withdrawals: one per strategy, in the order of the event.';
comment on column queued_withdrawal_shares.is_queued is 'whether the withdrawal is not completed';
comment on column queued_withdrawal_shares.shares is 'base units, worth when it was queued';
comment on column queued_withdrawal_shares.scaled_shares is 'base units before any slash; null when the source has them neither as such nor as unslashed shares';
comment on column queued_withdrawal_shares.beacon_chain_factor is 'wads, what the beacon chain left of native ETH, until it was completed; 1e18 for other strategies, null when the source has no such events';
comment on column queued_withdrawal_shares.current_shares is 'base units, worth now; once completed, worth when it was completed';
comment on column queued_withdrawal_shares.current_shares_status is 'KNOWN, UNKNOWN_SCALED_SHARES or UNKNOWN_BEACON_CHAIN_FACTOR';
comment on column queued_withdrawal_shares.lost_to_slashes is 'base units, shares - current_shares: taken by operator sets or the beacon chain since it was queued';
comment on column queued_withdrawal_shares.current_usd is 'USD of current_shares; null once it is completed';
comment on column queued_withdrawal_shares.current_usd_status is 'VALUED, MISSING_PRICE, UNKNOWN_SHARES or WITHDRAWAL_COMPLETED';
comment on column queued_withdrawal_shares.staker_id is 'who withdraws';
create index on queued_withdrawal_shares (strategy_id) where is_queued;
create index on queued_withdrawal_shares (staker_id);

create table operator_withdrawal_queue (
    operator_id text not null,
    strategy_id text not null,
    withdrawal_count integer not null,
    slashable_withdrawal_count integer not null,
    shares numeric,
    completable_shares numeric,
    slashable_shares numeric,
    usd numeric,
    slashable_usd numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, strategy_id)
) with (fillfactor = 85);
comment on table operator_withdrawal_queue is 'What is queued to leave each operator: sums of queued_withdrawal_shares.';
comment on column operator_withdrawal_queue.withdrawal_count is 'queued withdrawals with shares in the strategy';
comment on column operator_withdrawal_queue.slashable_withdrawal_count is 'those that can still be slashed: not completable yet';
comment on column operator_withdrawal_queue.shares is 'base units, worth now; null when a part is not known';
comment on column operator_withdrawal_queue.completable_shares is 'base units of withdrawals that can be completed; null when a part is not known';
comment on column operator_withdrawal_queue.slashable_shares is 'base units as the contracts answer: scaled shares * maximum magnitude, rounded once; null when a part is not known';
comment on column operator_withdrawal_queue.usd is 'USD of shares; null without a price or shares';
comment on column operator_withdrawal_queue.slashable_usd is 'USD of slashable_shares; null without a price or shares';
create index on operator_withdrawal_queue (strategy_id);

create table deposits (
    operator_id text not null,
    block_number bigint not null,
    log_index bigint not null,
    staker_id text not null,
    strategy_id text not null,
    shares numeric not null,
    deposited_at timestamptz not null,
    transaction_hash text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, block_number, log_index)
) with (fillfactor = 85);
comment on table deposits is 'Shares that stakers added: by deposits, by withdrawals completed as shares, by pods.';
comment on column deposits.operator_id is 'whom the staker was delegated to; the zero address when it was delegated to none';
comment on column deposits.shares is 'base units of the strategys token';
create index on deposits (block_number, log_index, operator_id);
create index on deposits (staker_id, block_number, log_index);
create index on deposits (strategy_id, block_number, log_index);

create table stakers (
    staker_id text primary key,
    first_block bigint not null,
    first_seen_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table stakers is 'Stakers that deposited, withdrew or have a pod, with an operator or without.';
comment on column stakers.first_block is 'block of the first such event';
comment on column stakers.first_seen_at is 'time of that block';

create table staker_requests (
    staker_id text primary key,
    requested_at timestamptz not null,
    attempts integer not null default 0,
    not_before timestamptz not null,
    last_error text
);
comment on table staker_requests is 'Stakers to be rebuilt though no event names them: their events were deleted, or their last rebuild failed.';
comment on column staker_requests.attempts is 'failed rebuilds';
comment on column staker_requests.last_error is 'of the last failed rebuild; null when none failed';

create table staker_strategy_shares (
    staker_id text not null,
    strategy_id text not null,
    deposit_shares numeric,
    deposit_shares_status text not null,
    deposit_scaling_factor numeric not null,
    beacon_chain_factor numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (staker_id, strategy_id)
) with (fillfactor = 85);
comment on table staker_strategy_shares is 'What stakers deposited and did not queue for withdrawal, with an operator or without.';
comment on column staker_strategy_shares.deposit_shares is 'base units as deposited, before any slash; negative for a pod in debt; null when deposit_shares_status is not KNOWN';
comment on column staker_strategy_shares.deposit_shares_status is 'KNOWN, PARTIAL_HISTORY, UNKNOWN_SCALED_SHARES or UNKNOWN_POD_SHARES';
comment on column staker_strategy_shares.deposit_scaling_factor is 'wad: withdrawable shares per deposit share before the slashes of the operator and the beacon chain';
comment on column staker_strategy_shares.beacon_chain_factor is 'wad: what the beacon chain left of native ETH; null for other strategies, and when the source lacks the events';
create index on staker_strategy_shares (strategy_id);

create table eigen_pods (
    staker_id text primary key,
    pod_id text,
    deployed_block bigint,
    deployed_at timestamptz,
    last_update_block bigint not null,
    last_updated_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table eigen_pods is 'Contracts that hold the native ETH of a staker and of its validators. Its shares are in staker_strategy_shares.';
comment on column eigen_pods.staker_id is 'who owns the pod; each staker has one at most';
comment on column eigen_pods.pod_id is 'address of the pod; null when the source lacks its deployment';
comment on column eigen_pods.deployed_block is 'null when the source lacks its deployment';
comment on column eigen_pods.deployed_at is 'null when the source lacks its deployment';
comment on column eigen_pods.last_update_block is 'block of the last event about the pod: its deployment, shares, losses or withdrawals';
comment on column eigen_pods.last_updated_at is 'time of that block';
create index on eigen_pods (pod_id);
