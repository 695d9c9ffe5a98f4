-- Figures of an epoch by operator, in the format that old clients read.
-- Grain: one row per epoch with a document.
-- Units: base units; prices are stake for one share, scaled by 10^18.

with

shares as (
    select
        epoch,
        '{' || string_agg('"' || operator_id || '":"' || active_stake_raw || '"', ',' order by operator_id) || '}' as operator_stakes,
        '{' || string_agg('"' || operator_id || '":"' || reward_raw || '"', ',' order by operator_id) || '}' as rewards
    from affected_epochs
    join operator_shares using (epoch)
    group by epoch
),

prices as (
    select
        epoch,
        '{' || string_agg('"' || operator_id || '":"' || stake_per_share_perq || '"', ',' order by operator_id) || '}' as operator_share_prices
    from affected_epochs
    join operator_share_prices using (epoch)
    group by epoch
)

select
    epochs.epoch::integer,
    coalesce(operator_stakes, case when epochs.active_stake is not null then '{}' end)::text as operator_stakes,
    coalesce(shares.rewards, case when epochs.rewards is not null then '{}' end)::text as rewards,
    coalesce(operator_share_prices, case when epochs.operator_count is not null then '{}' end)::text as operator_share_prices
from affected_epochs
join epochs using (epoch)
left join shares using (epoch)
left join prices using (epoch)
