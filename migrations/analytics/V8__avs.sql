-- AVSs, their operator sets, and strategies over all operators.

create table avs (
    avs_id text primary key,
    metadata_uri text,
    registrar text,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table avs is 'Every AVS that any event names.';
comment on column avs.registrar is 'contract that is asked when operators join or leave; null when none was set';

create table avs_state (
    avs_id text primary key,
    operator_count integer not null,
    ever_operator_count integer not null,
    operator_set_count integer not null,
    delegated_usd numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    unpriced_operator_count integer not null,
    slashable_usd numeric
) with (fillfactor = 85);
comment on column avs_state.operator_count is 'operators registered with it now, by either path';
comment on column avs_state.ever_operator_count is 'operators that were ever registered with it';
comment on column avs_state.delegated_usd is 'USD delegated to those operators in all strategies, the priced part; 0 when they hold nothing, null when nothing they hold has a price';
comment on column avs_state.unpriced_operator_count is 'of operator_count, those that hold shares without a price, in part or whole';
comment on column avs_state.slashable_usd is 'USD that its operator sets can slash, the priced part; 0 when they can slash nothing, null when nothing they can slash has a price';
create index on avs_state (operator_count desc, avs_id);
create index on avs_state (delegated_usd desc nulls last, avs_id);
create index on avs_state (slashable_usd desc nulls last, avs_id desc);
create index on avs_state (slashable_usd, avs_id);

create table operator_sets (
    operator_set_id text primary key,
    avs_id text not null,
    number bigint not null,
    created_at timestamptz,
    redistribution_recipient text,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    is_redistributing boolean not null,
    slasher text,
    slasher_source text not null,
    pending_slasher text,
    pending_slasher_effect_block bigint
) with (fillfactor = 85);
comment on table operator_sets is 'Every operator set that any event names.';
comment on column operator_sets.operator_set_id is '<avs address>-<number>';
comment on column operator_sets.created_at is 'null when no event tells of its creation';
comment on column operator_sets.redistribution_recipient is 'who receives what is slashed; null when it is burned';
comment on column operator_sets.is_redistributing is 'whether slashed shares go to redistribution_recipient; they are burned otherwise';
comment on column operator_sets.slasher is 'account that may slash; null when slasher_source is UNKNOWN';
comment on column operator_sets.slasher_source is 'EVENT; AVS_DEFAULT: no event names one, so the AVS itself; UNKNOWN: the source has no events of slashers';
comment on column operator_sets.pending_slasher is 'account that may slash from pending_slasher_effect_block; null when no change is pending';
comment on column operator_sets.pending_slasher_effect_block is 'block; null when no change is pending';
create index on operator_sets (avs_id);

create table operator_set_slasher_history (
    operator_set_id text not null,
    announced_block bigint not null,
    announced_log_index bigint not null,
    announced_at timestamptz not null,
    slasher_before text not null,
    slasher text not null,
    effect_block bigint not null,
    is_standing boolean not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_set_id, announced_block, announced_log_index)
);
comment on table operator_set_slasher_history is 'Slashers that operator sets announced to take effect later.';
comment on column operator_set_slasher_history.slasher_before is 'account that could slash when the change was announced';
comment on column operator_set_slasher_history.effect_block is 'block from which the new slasher may slash';
comment on column operator_set_slasher_history.is_standing is 'false when another change replaced it before it took effect';

create table operator_set_strategies (
    operator_set_id text not null,
    strategy_id text not null,
    added_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_set_id, strategy_id)
);
comment on table operator_set_strategies is 'The strategies whose stake an operator set can slash.';

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

-- summed over operators
create table operator_set_state (
    operator_set_id text primary key,
    member_count integer not null,
    slashable_usd numeric,
    delegated_usd numeric,
    unpriced_strategy_count integer not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on column operator_set_state.member_count is 'operators in it now';
comment on column operator_set_state.slashable_usd is 'USD that it can slash, the priced part; 0 when it can slash nothing, null when nothing it can slash has a price';
comment on column operator_set_state.delegated_usd is 'USD delegated to its members in its strategies, the priced part; 0 when they hold nothing of these, null when nothing they hold of these has a price';
comment on column operator_set_state.unpriced_strategy_count is 'of its strategies, left out of the sums';

create table strategy_state (
    strategy_id text primary key,
    total_shares numeric,
    tvs_usd numeric,
    operator_count integer not null,
    delegator_count integer not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    unknown_operator_count integer not null default 0
) with (fillfactor = 85);
comment on table strategy_state is 'Every strategy that events or imports name, summed over its operators.';
comment on column strategy_state.total_shares is 'base units of all operators whose shares are known; null when none is';
comment on column strategy_state.tvs_usd is 'USD of the same operators; null when the strategy has no price or total_shares is null';
comment on column strategy_state.operator_count is 'operators that have shares of it';
comment on column strategy_state.unknown_operator_count is 'operators whose shares of it are not known, part of no sum';
create index on strategy_state (tvs_usd desc nulls last, strategy_id);
