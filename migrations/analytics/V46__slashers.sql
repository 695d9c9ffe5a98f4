-- Who can slash each operator set, and how fast an operator can allocate.

alter table operator_sets
    add column is_redistributing boolean not null default false,
    add column slasher text,
    add column slasher_source text not null default 'UNKNOWN',
    add column pending_slasher text,
    add column pending_slasher_effect_block bigint;
alter table operator_sets
    alter column is_redistributing drop default,
    alter column slasher_source drop default;
comment on column operator_sets.is_redistributing is 'whether slashed shares go to redistribution_recipient; they are burned otherwise';
comment on column operator_sets.slasher is 'account that may slash; null when slasher_source is UNKNOWN';
comment on column operator_sets.slasher_source is 'EVENT; AVS_DEFAULT: no event names one, so the AVS itself; UNKNOWN: the source has no events of slashers';
comment on column operator_sets.pending_slasher is 'account that may slash from pending_slasher_effect_block; null when no change is pending';
comment on column operator_sets.pending_slasher_effect_block is 'block; null when no change is pending';

create table operator_allocation_delays (
    operator_id text primary key,
    current_blocks bigint,
    pending_blocks bigint,
    pending_effect_block bigint,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table operator_allocation_delays is 'Allocation delays of operators that ever set one.';
comment on column operator_allocation_delays.current_blocks is 'blocks from an allocation until it can be slashed; null before the first delay is in force: the operator cannot allocate';
comment on column operator_allocation_delays.pending_blocks is 'blocks, in force from pending_effect_block; null when no change is pending';
comment on column operator_allocation_delays.pending_effect_block is 'block; null when no change is pending';

create function allocated_shares(shares numeric, magnitude numeric, max_magnitude numeric) returns numeric
language sql immutable parallel safe
return div(shares * div(magnitude * 1e18, max_magnitude), 1e18);
comment on function allocated_shares(numeric, numeric, numeric) is 'Shares in base units behind a magnitude in wads, rounded as getAllocatedStake rounds. An error for a maximum of 0.';

comment on column operator_allocations.slashable_shares is 'base units, rounded as getAllocatedStake rounds: shares * floor(current * 1e18 / maximum) / 1e18; 0 when the set cannot slash it, null when the shares are not known';

-- the next run rebuilds all operators, and the next snapshots round slashable shares like the contracts
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
update pipeline_partitions set status = 'STALE' where stage = 'snapshot' and status = 'DONE';
