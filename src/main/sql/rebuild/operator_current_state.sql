-- Counts and instants of an operator, summarised from the tables above.
-- Grain: one row per operator.
-- Units: counts, instants, bips.

with

delegators as (
    select
        operator_id,
        count(*) filter (where is_active) as active_delegators,
        count(*) filter (where is_delegated) as delegated_stakers,
        count(*) as total_delegators
    from operator_delegators
    where operator_id in (select unnest(:operators))
    group by operator_id
),

relationships as (
    select
        operator_id,
        count(*) filter (where is_registered) as active_avs_count,
        count(*) as registered_avs_count,
        sum(operator_set_count) as active_operator_set_count
    from operator_avs_relationships
    where operator_id in (select unnest(:operators))
    group by operator_id
),

slashes as (
    select operator_id, count(*) as total_slash_events, max(slashed_at) as last_slashed_at
    from operator_slashing_incidents
    where operator_id in (select unnest(:operators))
    group by operator_id
),

strategies_held as (
    select operator_id, count(*) as strategy_count
    from operator_strategy_state
    where operator_id in (select unnest(:operators)) and shares > 0
    group by operator_id
)

select
    operators.operator_id::text,
    operator_metadata.name::text,
    (coalesce(delegators.active_delegators, 0) > 0 or coalesce(relationships.active_avs_count, 0) > 0)
        ::boolean as is_active,
    operators.is_permissioned::boolean,
    operators.registered_at::timestamptz,
    operators.is_registration_inferred::boolean,
    operators.first_activity_at::timestamptz,
    operators.last_activity_at::timestamptz,
    coalesce(relationships.active_avs_count, 0)::integer as active_avs_count,
    coalesce(relationships.registered_avs_count, 0)::integer as registered_avs_count,
    coalesce(relationships.active_operator_set_count, 0)::integer as active_operator_set_count,
    coalesce(delegators.active_delegators, 0)::integer as active_delegators,
    coalesce(delegators.delegated_stakers, 0)::integer as delegated_stakers,
    coalesce(delegators.total_delegators, 0)::integer as total_delegators,
    coalesce(strategies_held.strategy_count, 0)::integer as strategy_count,
    coalesce(slashes.total_slash_events, 0)::integer as total_slash_events,
    slashes.last_slashed_at::timestamptz,
    commissions.current_bips::integer as pi_bips,
    (operators.metadata_uri is not null or operator_metadata.operator_id is not null)::boolean as has_metadata
from operators
left join delegators using (operator_id)
left join relationships using (operator_id)
left join slashes using (operator_id)
left join strategies_held using (operator_id)
left join operator_metadata using (operator_id)
left join operator_commission_rates as commissions
    on commissions.operator_id = operators.operator_id and commissions.commission_kind = 'PI'
where operators.operator_id in (select unnest(:operators))
