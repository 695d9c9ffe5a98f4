-- The price of an epoch includes its rewards, and so follows from the next document, not from its own.

alter table operator_share_prices alter column share_price_perq drop not null;
alter table operator_share_prices drop constraint operator_share_prices_source_check;
alter table operator_share_prices add constraint operator_share_prices_source_check
    check (source in ('epochs_json', 'derived', 'carried', 'awaited', 'unknown'));
alter table operator_share_prices add constraint operator_share_prices_price_check
    check ((share_price_perq is null) = (source in ('awaited', 'unknown')));

with

held as (
    select
        prices.epoch,
        prices.operator_id,
        following.epoch is not null as is_followed,
        next_shares.shares_raw = shares.shares_raw and next_shares.stake_raw = shares.stake_raw as is_unmoved,
        div(next_shares.shares_raw * 1000000000000000000, nullif(next_shares.stake_raw, 0)) as price
    from operator_share_prices as prices
    join operator_shares as shares using (epoch, operator_id)
    left join epochs as following on following.epoch = prices.epoch + 1
    left join operator_shares as next_shares
        on next_shares.epoch = prices.epoch + 1 and next_shares.operator_id = prices.operator_id
    where prices.source <> 'epochs_json'
),

derived as (
    select
        epoch, operator_id, is_followed, is_unmoved,
        case when price between 1 and 1000000000000000000 then price end as price
    from held
)

update operator_share_prices as prices
set
    share_price_perq = derived.price,
    source = case
        when derived.price is null then case when is_followed then 'unknown' else 'awaited' end
        when is_unmoved then 'carried'
        else 'derived'
    end
from derived
where derived.epoch = prices.epoch and derived.operator_id = prices.operator_id;

update data_version
set version = version + 1, changed_at = clock_timestamp()
where exists (select from operator_share_prices);

comment on table operator_share_prices is 'Both prices of a share, scaled by 10^18; no row where none is known.';
comment on column operator_share_prices.share_price_perq is 'chain share price when the epoch ended, its rewards included: shares for one stake, at most 10^18, falls as rewards come; null when source is awaited or unknown';
comment on column operator_share_prices.stake_per_share_perq is 'stake for one share by this epoch''s document, before the rewards of this epoch: at least 10^18, rises; null when its stake or shares are unknown';
comment on column operator_share_prices.source is 'of share_price_perq. epochs_json: recorded on chain for this epoch. derived: from the stake and shares in the document of the next epoch, which include the rewards of this one. carried: likewise, and neither moved. awaited: that document is not there yet. unknown: that document does not tell';
