-- Commission rates of an operator, in force and announced.
-- Grain: one row per operator for PI, and for each AVS and operator set that it serves or set a rate for.
-- Units: bips (10000 keeps the whole reward), instants.

with

changes as (
    select
        operator_id,
        commission_kind,
        subject_id,
        activates_at,
        old_bips,
        new_bips,
        row_number() over chain = 1 as is_first,
        lead(set_block) over chain is null as is_last
    from operator_commission_history
    where operator_id in (select unnest(:operators))
    window chain as (
        partition by operator_id, commission_kind, subject_id order by set_block, set_log_index
    )
),

subjects as (
    select operator_id, 'PI' as commission_kind, '' as subject_id
    from operators
    where operator_id in (select unnest(:operators))
    union
    select operator_id, 'AVS', avs_id
    from operator_avs_relationships
    where operator_id in (select unnest(:operators)) and is_registered
    union
    select operator_id, 'OPERATOR_SET', operator_set_id
    from operator_avs_registration_history
    where
        operator_id in (select unnest(:operators))
        and operator_set_id <> ''
        and unregistered_at is null
    union
    select operator_id, commission_kind, subject_id from changes
),

latest_default as (
    select bips
    from commission_defaults
    order by set_block desc, set_log_index desc
    limit 1
),

-- the contract accepts no change while another waits, so the rate before the last change is in force until then
rates as (
    select
        operator_id,
        commission_kind,
        subject_id,
        case
            when changes.activates_at <= :chain_time then changes.new_bips
            when not changes.is_first then changes.old_bips
        end as own_bips,
        case when changes.activates_at > :chain_time then changes.new_bips end as upcoming_bips,
        case when changes.activates_at > :chain_time then changes.activates_at end as activates_at
    from subjects
    left join changes using (operator_id, commission_kind, subject_id)
    where coalesce(changes.is_last, true)
)

select
    operator_id::text,
    commission_kind::text,
    subject_id::text,
    coalesce(own_bips, (select bips from latest_default), 1000)::integer as current_bips,
    (own_bips is null)::boolean as is_default,
    upcoming_bips::integer,
    activates_at::timestamptz
from rates
