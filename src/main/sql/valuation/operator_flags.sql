-- Flags of operators with their figures.
-- Grain: one row per flag, operator and subject: operator set, strategy or kind of commission.
-- Units: blocks, parts of the stake 0..1, bips, days, instants.

with

-- an operator that leaves stays slashable for the deallocation delay
exposures as (
    select operator_id, operator_set_id
    from operator_avs_registration_history
    where operator_set_id <> ''
    group by operator_id, operator_set_id
    having bool_or(
        unregistered_block is null or unregistered_block + :deallocation_delay >= :until_block
    )
),

stakes as (
    select
        operator_allocations.operator_id,
        operator_allocations.operator_set_id,
        max(ratio(operator_allocations.current_magnitude, operator_strategy_magnitudes.max_magnitude))
            as part
    from operator_allocations
    join operator_strategy_magnitudes using (operator_id, strategy_id)
    where operator_allocations.is_slashable
    group by operator_allocations.operator_id, operator_allocations.operator_set_id
),

exposed_sets as (
    select
        exposures.operator_id,
        operator_set_id,
        operator_sets.avs_id,
        operator_sets.is_redistributing,
        operator_sets.redistribution_recipient,
        operator_sets.pending_slasher,
        operator_sets.pending_slasher_effect_block,
        coalesce(stakes.part, 0) as part
    from exposures
    join operator_sets using (operator_set_id)
    left join stakes using (operator_id, operator_set_id)
),

short_delays as (
    select
        operator_id,
        case when current_blocks < :withdrawal_delay then current_blocks else pending_blocks end as blocks,
        case when coalesce(current_blocks >= :withdrawal_delay, true) then pending_effect_block end
            as effect_block
    from operator_allocation_delays
    where current_blocks < :withdrawal_delay or pending_blocks < :withdrawal_delay
),

flags as (
    select
        'ALLOCATION_DELAY_BELOW_WITHDRAWAL_DELAY' as flag,
        operator_id,
        '' as subject_id,
        null as operator_set_id,
        null as strategy_id,
        null as account,
        blocks::numeric as figure,
        :withdrawal_delay::numeric as threshold,
        effect_block,
        null::timestamptz as effective_at,
        null::timestamptz as since,
        format(
            'A new allocation can be slashed after %s blocks, a withdrawal takes %s blocks.',
            blocks, :withdrawal_delay
        ) as reason
    from short_delays
    union all
    select
        'REDISTRIBUTING_SET',
        operator_id, operator_set_id, operator_set_id, null, redistribution_recipient,
        part, null, null, null, null,
        format('Slashed shares go to %s instead of being burned.', redistribution_recipient)
    from exposed_sets
    where is_redistributing
    union all
    select
        'RECIPIENT_IS_OPERATOR_OR_AVS',
        exposed_sets.operator_id, operator_set_id, operator_set_id, null, redistribution_recipient,
        part, null, null, null, null,
        format(
            'Slashed shares go to %s, which is %s.',
            redistribution_recipient,
            case
                when redistribution_recipient = exposed_sets.operator_id then 'the operator itself'
                when redistribution_recipient = avs_id then 'the AVS'
                else 'an operator'
            end
        )
    from exposed_sets
    left join operators as recipients on recipients.operator_id = redistribution_recipient
    where is_redistributing and (redistribution_recipient = avs_id or recipients.operator_id is not null)
    union all
    select
        'FULLY_ALLOCATED',
        operator_id, strategy_id, null, strategy_id, null,
        utilization_rate, 0.99, null, null, null,
        format('%s %% of the stake in the strategy is allocated.', trim_scale(round(100 * utilization_rate, 2)))
    from operator_strategy_state
    where utilization_rate >= 0.99 and (shares > 0 or shares is null)
    union all
    select
        'SLASHER_CHANGE_PENDING',
        operator_id, operator_set_id, operator_set_id, null, pending_slasher,
        part, null, pending_slasher_effect_block, null, null,
        format('%s may slash as of block %s.', pending_slasher, pending_slasher_effect_block)
    from exposed_sets
    where pending_slasher is not null
    union all
    select
        'COMMISSION_RISES',
        operator_id,
        rtrim(commission_kind || ' ' || subject_id),
        case commission_kind when 'OPERATOR_SET' then subject_id end,
        null, null,
        upcoming_bips, current_bips, null, activates_at, null,
        format('The rate rises from %s to %s bips.', current_bips, upcoming_bips)
    from operator_commission_rates
    where upcoming_bips > current_bips
    union all
    select
        'DORMANT',
        operator_id, '', null, null, null,
        null, 180, null, null, last_act_at,
        format(
            'The operator holds stake and has not acted since %s.',
            to_char(last_act_at at time zone 'UTC', 'YYYY-MM-DD')
        )
    from operator_own_acts
    join operator_current_state using (operator_id)
    where active_delegators > 0 and last_act_at <= :chain_time - interval '180 days'
    union all
    select
        'DURATION_VAULT',
        operator_id, '', duration_vaults.operator_set_id, duration_vaults.strategy_id, null,
        null, null, null, duration_vaults.unlock_at, duration_vaults.locked_at,
        'The operator is a duration vault: its stake is that of one strategy and is locked until it matures.'
    from duration_vaults
    join operator_current_state on operator_current_state.operator_id = duration_vaults.strategy_id
)

select
    flag::text,
    operator_id::text,
    subject_id::text,
    operator_set_id::text,
    strategy_id::text,
    account::text,
    figure::numeric,
    threshold::numeric,
    effect_block::bigint,
    effective_at::timestamptz,
    since::timestamptz,
    reason::text
from flags
