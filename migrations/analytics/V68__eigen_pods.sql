-- Pods of stakers with validators on the beacon chain.

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

-- the next run rebuilds all stakers
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
