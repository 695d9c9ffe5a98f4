-- Rewards submissions of every generation.
-- Grain: one row per submission.
-- Units: base units of the token, UTC dates, blocks, instants.

with

submissions as (
    select
        rewards_submission_hash as submission_hash,
        case submission_type
            when 'AVS_REWARDS' then 'AVS'
            when 'REWARDS_FOR_ALL' then 'ALL_STAKERS'
            when 'REWARDS_FOR_ALL_EARNERS' then 'PI'
        end as submission_kind,
        avs_id,
        null::text as operator_set_id,
        coalesce(submitter, avs_id) as submitter,
        token,
        amount,
        strategies_and_multipliers,
        null::jsonb as operator_rewards,
        null::text as description,
        start_timestamp,
        duration,
        block_number,
        log_index,
        block_timestamp
    from rewards_submission_events
    where submission_type in ('AVS_REWARDS', 'REWARDS_FOR_ALL', 'REWARDS_FOR_ALL_EARNERS')
    union all
    select
        operator_directed_rewards_submission_hash,
        'OPERATOR_DIRECTED_AVS',
        avs_id,
        null,
        caller,
        token,
        null,
        strategies_and_multipliers,
        operator_rewards,
        description,
        start_timestamp,
        duration,
        block_number,
        log_index,
        block_timestamp
    from operator_directed_avs_rewards_submission_events
    union all
    select
        operator_directed_rewards_submission_hash,
        'OPERATOR_DIRECTED_SET',
        split_part(operator_set_id, '-', 1),
        operator_set_id,
        caller,
        token,
        null,
        strategies_and_multipliers,
        operator_rewards,
        description,
        start_timestamp,
        duration,
        block_number,
        log_index,
        block_timestamp
    from operator_directed_operator_set_rewards_submission_events
    union all
    select
        rewards_submission_hash,
        submission_type,
        split_part(operator_set_id, '-', 1),
        operator_set_id,
        caller,
        token,
        amount,
        strategies_and_multipliers,
        null,
        null,
        start_timestamp,
        duration,
        block_number,
        log_index,
        block_timestamp
    from stake_rewards_submission_events
),

-- some sources store the lists as a JSON text inside the jsonb
read as (
    select distinct on (submission_hash)
        submission_hash,
        submission_kind,
        lower(avs_id) as avs_id,
        lower(operator_set_id) as operator_set_id,
        lower(submitter) as submitter,
        lower(token) as token,
        amount,
        case
            when jsonb_typeof(strategies_and_multipliers) = 'string'
                then (strategies_and_multipliers #>> '{}')::jsonb
            else strategies_and_multipliers
        end as strategies_and_multipliers,
        case
            when jsonb_typeof(operator_rewards) = 'string' then (operator_rewards #>> '{}')::jsonb
            else operator_rewards
        end as operator_rewards,
        description,
        (to_timestamp(start_timestamp) at time zone 'UTC')::date as start_date,
        duration / 86400 as days,
        block_number,
        block_timestamp
    from submissions
    where block_number <= :until_block
    order by submission_hash, block_number, log_index
)

select
    submission_hash::text,
    submission_kind::text,
    avs_id::text,
    operator_set_id::text,
    submitter::text,
    token::text,
    coalesce(
        amount,
        (select sum((item ->> 'amount')::numeric) from jsonb_array_elements(operator_rewards) as items (item)),
        0
    )::numeric as amount,
    start_date::date,
    (start_date + days::integer)::date as end_date,
    block_number::bigint as submitted_block,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(block_timestamp, 4102444800))::timestamptz as submitted_at,
    strategies_and_multipliers::jsonb,
    operator_rewards::jsonb,
    description::text
from read
