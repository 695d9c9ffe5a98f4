-- Whether an operator has metadata, so that a list of names reads the state alone.

alter table operator_current_state add column has_metadata boolean not null default false;
comment on column operator_current_state.has_metadata is 'whether it published a URI, or metadata of it are known';

update operator_current_state
set has_metadata = true
where
    exists (
        select from operators
        where operators.operator_id = operator_current_state.operator_id and metadata_uri is not null
    )
    or exists (
        select from operator_metadata
        where operator_metadata.operator_id = operator_current_state.operator_id
    );

create or replace view operator_state as
select
    operator_id, name, is_active, is_permissioned, registered_at, is_registration_inferred,
    first_activity_at, last_activity_at, active_avs_count, registered_avs_count,
    active_operator_set_count, active_delegators, delegated_stakers, total_delegators,
    strategy_count, total_slash_events, last_slashed_at, total_tvs, tvs_updated_at, tvs_status,
    unpriced_strategy_count, updated_at, updated_at_block, unknown_strategy_count,
    tvs_oldest_quote_at, pi_bips, has_metadata
from operator_current_state;
