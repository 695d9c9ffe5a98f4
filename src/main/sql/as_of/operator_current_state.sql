-- Operators of an AVS, of whose state only the value is computed as of an earlier moment.
-- Grain: one row per operator.
-- Units: none.
-- The past of metadata is not kept: an operator has its name of today.

with

asked as (
    select unnest(:operators) as operator_id
)

select
    operator_id::text,
    operator_metadata.name::text,
    (operators.metadata_uri is not null or operator_metadata.operator_id is not null)::boolean as has_metadata
from asked
left join operators using (operator_id)
left join operator_metadata using (operator_id)
