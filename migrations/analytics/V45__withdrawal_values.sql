-- What queued withdrawals are worth after the slashes since they were queued.

alter table queued_withdrawals
    drop column strategies,
    drop column shares,
    add column completable_at_block bigint not null default 0,
    add column completable_at timestamptz not null default 'epoch',
    add column is_completable_at_estimated boolean not null default true,
    add column is_completable boolean not null default false,
    add column current_usd numeric,
    add column current_usd_status text;
alter table queued_withdrawals
    alter column completable_at_block drop default,
    alter column completable_at drop default,
    alter column is_completable_at_estimated drop default,
    alter column is_completable drop default;
comment on column queued_withdrawals.completable_at_block is 'first block in which it can be completed: start_block + withdrawal delay + 1, or the block in which it was completed if that is earlier';
comment on column queued_withdrawals.completable_at is 'time of that block, counted by slots from the block in which it was queued';
comment on column queued_withdrawals.is_completable_at_estimated is 'false when the time of the block is known, because it was completed in it';
comment on column queued_withdrawals.is_completable is 'whether it is queued and the state has reached completable_at_block; until then it can be slashed';
comment on column queued_withdrawals.current_usd is 'USD of what is left of it; null when no part has a value, and once it is completed';
comment on column queued_withdrawals.current_usd_status is 'VALUED, PARTLY_VALUED, MISSING_PRICE, UNKNOWN_SHARES or WITHDRAWAL_COMPLETED';
create index on queued_withdrawals (completable_at_block) where completed_at is null;
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
    primary key (operator_id, withdrawal_root, place)
) with (fillfactor = 85);
comment on table queued_withdrawal_shares is 'The parts of withdrawals: one per strategy, in the order of the event.';
comment on column queued_withdrawal_shares.is_queued is 'whether the withdrawal is not completed';
comment on column queued_withdrawal_shares.shares is 'base units, worth when it was queued';
comment on column queued_withdrawal_shares.scaled_shares is 'base units before any slash; null when the source has them neither as such nor as unslashed shares';
comment on column queued_withdrawal_shares.current_shares is 'base units, worth now; once completed, worth when it was completed';
comment on column queued_withdrawal_shares.current_shares_status is 'KNOWN, UNKNOWN_SCALED_SHARES or UNKNOWN_BEACON_CHAIN_FACTOR';
comment on column queued_withdrawal_shares.lost_to_slashes is 'base units, shares - current_shares: taken by operator sets or the beacon chain since it was queued';
comment on column queued_withdrawal_shares.current_usd is 'USD of current_shares; null once it is completed';
comment on column queued_withdrawal_shares.current_usd_status is 'VALUED, MISSING_PRICE, UNKNOWN_SHARES or WITHDRAWAL_COMPLETED';
create index on queued_withdrawal_shares (strategy_id) where is_queued;

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

-- the next run rebuilds all operators
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
