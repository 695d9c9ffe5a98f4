-- Shares that delegations, deposits and withdrawals moved in and out of operators.
-- Grain: one row per operator, strategy and UTC day on which shares moved.
-- Units: shares in base units.

with

moves as (
    select
        operator_id,
        strategy_id,
        staker_id,
        transaction_hash,
        (to_timestamp(block_timestamp) at time zone 'UTC')::date as day,
        event_type = 'INCREASED' as is_increase,
        shares
    from operator_share_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
        and staker_id not in ('SLASHED', '0x0000000000000000000000000000000000000000')
),

-- the shares of a staker move with its delegation, in the same transaction
delegations as (
    select distinct
        operator_id,
        staker_id,
        transaction_hash,
        delegation_type = 'DELEGATED' as is_increase
    from staker_delegation_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
        and delegation_type <> 'FORCE_UNDELEGATED'
)

select
    moves.operator_id::text,
    moves.strategy_id::text,
    moves.day::date,
    coalesce(
        sum(moves.shares) filter (where moves.is_increase and delegations.staker_id is not null), 0
    )::numeric as delegated_shares,
    coalesce(
        sum(moves.shares) filter (where moves.is_increase and delegations.staker_id is null), 0
    )::numeric as deposited_shares,
    coalesce(
        sum(moves.shares) filter (where not moves.is_increase and delegations.staker_id is not null), 0
    )::numeric as undelegated_shares,
    coalesce(
        sum(moves.shares) filter (where not moves.is_increase and delegations.staker_id is null), 0
    )::numeric as withdrawn_shares
from moves
left join delegations
    on delegations.operator_id = moves.operator_id
    and delegations.staker_id = moves.staker_id
    and delegations.transaction_hash = moves.transaction_hash
    and delegations.is_increase = moves.is_increase
group by moves.operator_id, moves.strategy_id, moves.day
