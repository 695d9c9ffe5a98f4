-- Operators whose logs cannot all be on the chain, and the reason.
-- Grain: one row per operator.
-- Units: blocks, unix seconds.

with

logs as (
    select operator_id, transaction_hash, log_index, block_number, block_timestamp
    from operator_event_logs
    where operator_id in (select unnest(:operators))
),

compared as (
    select
        *,
        lag(transaction_hash) over chain as previous_transaction,
        lag(log_index) over chain as previous_log_index,
        lag(block_number) over chain as previous_block,
        lag(block_timestamp) over chain as previous_time
    from logs
    window chain as (partition by operator_id order by block_number, log_index, transaction_hash)
),

contradictions as (
    select
        operator_id,
        block_number,
        case
            when block_timestamp < 1438269973 then
                format('block %s has the time %s, before Ethereum', block_number, block_timestamp)
            when block_timestamp > extract(epoch from now()) + 300 then
                format('block %s has the time %s, which is no time until now in unix seconds', block_number, block_timestamp)
            -- the state follows the order of the chain, but days follow from times
            when previous_time / 86400 > block_timestamp / 86400 and previous_block = block_number then
                format('block %s has the times %s and %s', block_number, previous_time, block_timestamp)
            when previous_time / 86400 > block_timestamp / 86400 then
                format(
                    'block %s has the time %s, but block %s before it %s',
                    block_number, block_timestamp, previous_block, previous_time
                )
            -- the time of a safe block is an estimate
            when block_number <= :until_block and block_timestamp > extract(epoch from :chain_time) + 86400 then
                format('block %s has the time %s, later than that of the newest block', block_number, block_timestamp)
            when
                previous_block = block_number
                and previous_log_index = log_index
                and previous_transaction <> transaction_hash
                then
                format(
                    'block %s has two transactions at log index %s, %s and %s',
                    block_number, log_index, previous_transaction, transaction_hash
                )
        end as reason
    from compared
    union all
    select
        operator_id,
        min(block_number),
        format('transaction %s is in the blocks %s and %s', transaction_hash, min(block_number), max(block_number))
    from logs
    group by operator_id, transaction_hash
    having min(block_number) <> max(block_number)
)

select distinct on (operator_id)
    operator_id::text,
    reason::text
from contradictions
where reason is not null
order by operator_id, block_number, reason
