-- Flags of operators: what their delegators should know before a slash happens.

create table duration_vaults (
    strategy_id text primary key,
    operator_set_id text not null,
    duration_seconds bigint not null,
    locked_at timestamptz,
    unlock_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table duration_vaults is 'Strategies that are duration vaults; each is its own operator.';
comment on column duration_vaults.operator_set_id is 'the only operator set that it is in';
comment on column duration_vaults.duration_seconds is 'seconds from the lock until it matures';
comment on column duration_vaults.locked_at is 'null while it still takes deposits';
comment on column duration_vaults.unlock_at is 'null while it still takes deposits';

create table operator_own_acts (
    operator_id text primary key,
    last_act_at timestamptz not null,
    last_act_block bigint not null,
    last_act_type text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table operator_own_acts is 'The last act that an operator itself sent: registration, approver, metadata, allocation delay, allocation, joining, commission.';
comment on column operator_own_acts.last_act_type is 'type of operator_activity';

create table operator_flags (
    flag text not null,
    operator_id text not null,
    subject_id text not null,
    operator_set_id text,
    strategy_id text,
    account text,
    figure numeric,
    threshold numeric,
    effect_block bigint,
    effective_at timestamptz,
    since timestamptz,
    reason text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (flag, operator_id, subject_id)
) with (fillfactor = 85);
comment on table operator_flags is 'Flags of operators, each with its figures; they are no part of the risk score.';
comment on column operator_flags.subject_id is 'operator set, strategy or kind of commission; empty when the flag has no subject';
comment on column operator_flags.account is 'recipient or announced slasher; null for other flags';
comment on column operator_flags.figure is 'blocks, part of the stake 0..1 or bips, by flag; null for a flag without a figure';
comment on column operator_flags.threshold is 'in the unit of figure: the flag is set below it (delays) or from it on; days without an own act for DORMANT; null for a flag without a threshold';
comment on column operator_flags.effect_block is 'block from which an announced change applies; null otherwise';
comment on column operator_flags.effective_at is 'time from which an announced change applies; null otherwise';
comment on column operator_flags.since is 'time of the last own act (DORMANT) or of the lock (DURATION_VAULT); null otherwise';
comment on column operator_flags.reason is 'a sentence with the figures';
create index on operator_flags (operator_id);

-- the next run rebuilds all operators
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
