-- Rewards from the first epoch to each one.
-- Grain: one row per epoch with a document, from the first affected epoch on.
-- Units: rewards in base units.

with

before as (
    select rewards, known_epochs
    from epoch_reward_sums
    where epoch < (select min(epoch) from affected_epochs)
    order by epoch desc
    limit 1
)

select
    epoch,
    (
        coalesce((select rewards from before), 0)
        + coalesce(sum(rewards) over (order by epoch), 0)
    )::numeric as rewards,
    (
        coalesce((select known_epochs from before), 0)
        + count(rewards) over (order by epoch)
    )::integer as known_epochs
from epochs
where epoch >= (select min(epoch) from affected_epochs)
