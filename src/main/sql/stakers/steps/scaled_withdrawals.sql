-- Withdrawals of the chosen stakers with the scaling factor in force.
-- Grain: one row per queued withdrawal and strategy.
-- Units: shares in base units of the strategy's token, scaling_factor in wads.
-- is_slashed: the operator's maximum had changed before. is_everything: it took all deposit shares.

with

withdrawn as (
    select
        withdrawals.staker_id,
        withdrawals.delegated_to_id,
        withdrawals.block_number,
        withdrawals.log_index,
        withdrawals.transaction_hash,
        part.strategy_id,
        part.shares,
        part.scaled_shares
    from withdrawal_events as withdrawals
    cross join lateral unnest(
        withdrawals.strategies, withdrawals.shares, withdrawals.scaled_shares
    ) as part (strategy_id, shares, scaled_shares)
    where
        withdrawals.staker_id in (select staker_id from chosen_stakers)
        and withdrawals.event_type = 'QUEUED'
        and withdrawals.block_number <= :until_block
),

chain_rows as (
    select
        staker_id,
        strategy_id,
        block_number,
        log_index,
        transaction_hash,
        factor,
        null::text as delegated_to_id,
        null::numeric as shares,
        null::numeric as scaled_shares
    from scaling_factors
    union all
    select
        staker_id,
        strategy_id,
        block_number,
        log_index,
        transaction_hash,
        null,
        delegated_to_id,
        shares,
        scaled_shares
    from withdrawn
),

numbered_rows as (
    select
        chain_rows.*,
        count(factor) over (
            partition by staker_id, strategy_id order by block_number, log_index
        ) as factor_number
    from chain_rows
),

-- a withdrawal and the factor before it, which is in force, have the same number
rows_then as (
    select
        staker_id,
        strategy_id,
        block_number,
        log_index,
        transaction_hash,
        delegated_to_id,
        shares,
        scaled_shares,
        factor is null as is_withdrawal,
        min(factor) over same_number as factor,
        min(log_index) filter (where factor is not null) over same_number as factor_log_index,
        min(transaction_hash) filter (where factor is not null) over same_number
            as factor_transaction_hash
    from numbered_rows
    window same_number as (partition by staker_id, strategy_id, factor_number)
),

-- the first slash that each operator of a withdrawal without scaled shares had
first_slashes as (
    select distinct on (operator_id, strategy_id) operator_id, strategy_id, block_number, log_index
    from max_magnitude_updated_events
    where operator_id in (select delegated_to_id from withdrawn where scaled_shares is null)
    order by operator_id, strategy_id, block_number, log_index
)

-- a withdrawal of everything may reset the factor first: in its transaction, and neither for a
-- deposit, which comes right before, nor for a delegation, whose shares come right after
select
    withdrawal.staker_id,
    withdrawal.strategy_id,
    withdrawal.block_number,
    withdrawal.log_index,
    withdrawal.shares,
    withdrawal.scaled_shares,
    coalesce(withdrawal.factor, 1e18) as scaling_factor,
    coalesce(
        (first_slash.block_number, first_slash.log_index)
        < (withdrawal.block_number, withdrawal.log_index),
        false
    ) as is_slashed,
    coalesce(
        withdrawal.factor_transaction_hash = withdrawal.transaction_hash
        and withdrawal.factor = 1e18
        and not exists (
            select from deposit_events as deposit
            where
                deposit.id = withdrawal.transaction_hash || '-' || (withdrawal.factor_log_index - 1)::text
                and deposit.staker_id = withdrawal.staker_id
                and deposit.strategy_id = withdrawal.strategy_id
        )
        and not exists (
            select from operator_share_events as increase
            where
                increase.id = withdrawal.transaction_hash || '-' || (withdrawal.factor_log_index + 1)::text
                and increase.event_type = 'INCREASED'
                and increase.staker_id = withdrawal.staker_id
                and increase.strategy_id = withdrawal.strategy_id
        ),
        false
    ) as is_everything
from rows_then as withdrawal
left join first_slashes as first_slash
    on
        first_slash.operator_id = withdrawal.delegated_to_id
        and first_slash.strategy_id = withdrawal.strategy_id
where withdrawal.is_withdrawal
