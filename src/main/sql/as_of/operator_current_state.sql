-- Operators of an AVS, of whose state only the value is computed as of an earlier moment.
-- Grain: one row per operator.
-- Units: none.

select unnest(:operators)::text as operator_id
