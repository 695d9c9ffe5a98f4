-- Documents of epochs, and the share prices and figures that are read from them.

create function parse_comma_number(text_val text) returns numeric
    language plpgsql immutable strict parallel safe as $$
begin
    if text_val !~ '^(0|[1-9][0-9]*|[1-9][0-9]{0,2}(,[0-9]{3})+)$'
        or replace(text_val, ',', '')::numeric > 340282366920938463463374607431768211455 then
        raise exception 'not a whole number from 0 to 2^128-1, plain or with groups of three: "%"', text_val
            using errcode = 'invalid_text_representation';
    end if;
    return replace(text_val, ',', '')::numeric;
end
$$;
comment on function parse_comma_number is 'A whole number from its decimal text, with or without groups of three; null stays null, anything else is an error.';

create function hex_to_numeric(hex_val text) returns numeric
    language plpgsql immutable strict parallel safe as $$
declare
    bits bit(128);
begin
    if hex_val !~ '^0x[0-9a-fA-F]{1,32}$' then
        raise exception 'not 0x and 1 to 32 hex digits: "%"', hex_val
            using errcode = 'invalid_text_representation';
    end if;
    bits := ('x' || lpad(substr(hex_val, 3), 32, '0'))::bit(128);
    return substring(bits from 1 for 32)::bigint * 79228162514264337593543950336::numeric
        + substring(bits from 33 for 32)::bigint * 18446744073709551616::numeric
        + substring(bits from 65 for 32)::bigint * 4294967296::numeric
        + substring(bits from 97 for 32)::bigint;
end
$$;
comment on function hex_to_numeric is 'A whole number from big-endian hex; null stays null, anything else is an error.';

create function chain_share_price(shares numeric, stake numeric) returns numeric
    language sql immutable parallel safe
    return div(shares * 1000000000000000000, nullif(stake, 0));
comment on function chain_share_price is 'floor(shares * 10^18 / stake), a perquintill as on chain; null when there is no stake.';

create function stake_per_share(stake numeric, shares numeric) returns numeric
    language sql immutable parallel safe
    return div(stake * 1000000000000000000, nullif(shares, 0));
comment on function stake_per_share is 'floor(stake * 10^18 / shares); null when there are no shares.';

create function stake_to_shares(stake numeric, share_price_perq numeric) returns numeric
    language sql immutable parallel safe
    return div(stake * share_price_perq, 1000000000000000000);
comment on function stake_to_shares is 'The shares that a deposit of stake gets at a chain share price, as on chain.';

create function shares_to_stake(shares numeric, share_price_perq numeric) returns numeric
    language sql immutable parallel safe
    return div(shares * 1000000000000000000, least(share_price_perq + 1, 1000000000000000000));
comment on function shares_to_stake is 'The stake that withdrawn shares get at a chain share price, as on chain.';

create table epochs (
    epoch integer primary key check (epoch >= 0),
    domain_id bigint not null,
    end_block bigint,
    end_hash text,
    "timestamp" bigint,
    total_stake numeric(39, 0),
    active_stake numeric(39, 0),
    total_shares numeric(39, 0),
    storage_fees numeric(39, 0),
    rewards numeric(39, 0),
    treasury_funds numeric(39, 0),
    chain_rewards numeric(39, 0),
    operator_count integer,
    deposits_count integer,
    withdrawals_count integer,
    bundles_count integer,
    other_domain_records integer not null,
    source text not null,
    digest bytea not null,
    data bytea not null,
    version bigint not null,
    inserted_at timestamptz not null default now()
);
comment on table epochs is 'One document for each epoch of the domain. Amounts in base units (10^18 is one token); null is unknown, and epoch_issues says why.';
comment on column epochs.end_block is 'last block of the epoch, on the consensus chain; the newest epoch''s may still move';
comment on column epochs."timestamp" is 'milliseconds since 1970 at which the document was taken from the chain, not chain time; loaders'' seconds, microseconds and nanoseconds are converted';
comment on column epochs.total_stake is 'stake that the domain says is at work in this epoch';
comment on column epochs.active_stake is 'sum over the operators at work; equals total_stake';
comment on column epochs.total_shares is 'sum over all operators; null when one of them is unreadable';
comment on column epochs.storage_fees is 'sum of the operators'' totalStorageFeeDeposit; null when one of them is unreadable';
comment on column epochs.rewards is 'sum over the operators of what was rewarded in this epoch';
comment on column epochs.other_domain_records is 'operators and prices of other domains in the document; they are not served';
comment on column epochs.source is 'file or table the document came from';
comment on column epochs.digest is 'SHA-256 of the document as it came';
comment on column epochs.data is 'the document, deflated (RFC 1950), its price history replaced by references to chain_share_prices; "export documents" gives it back value for value';
comment on column epochs.version is 'data version that last changed this epoch or a figure of it';
create index on epochs (version);

-- the end of a window of days is searched by block
create index on epochs (epoch) include (end_block);
alter table epochs alter column data set storage external;

create table superseded_documents (
    epoch integer not null,
    digest bytea not null,
    end_block bigint,
    "timestamp" bigint,
    source text not null,
    data bytea not null,
    inserted_at timestamptz not null default now(),
    primary key (epoch, digest)
);
comment on table superseded_documents is 'Other documents of an epoch: the one that counts has the greatest end_block, then timestamp, then digest, in whatever order they came.';
comment on column superseded_documents.data is 'as epochs.data';
alter table superseded_documents alter column data set storage external;

create table epoch_issues (
    epoch integer not null references epochs on delete cascade,
    json_path text not null,
    kind text not null check (kind in ('UNREADABLE', 'MISSING', 'DUPLICATE', 'MISMATCH', 'CONFLICT')),
    raw text not null,
    reason text not null,
    primary key (epoch, json_path, kind)
);
comment on table epoch_issues is 'What is wrong with the document of an epoch; everything else of the document is taken.';
comment on column epoch_issues.json_path is 'where in the document; beyond its first comma a text of an entry is read on as JSON';
comment on column epoch_issues.kind is 'UNREADABLE: refused. MISSING: null or absent. DUPLICATE: told twice, the first counts. MISMATCH: two parts of the document contradict each other. CONFLICT: another document says otherwise';
comment on column epoch_issues.raw is 'at most 4,000 characters of what stands there';

create table chain_share_prices (
    domain_id bigint not null,
    epoch integer not null,
    operator_id integer not null,
    variant integer not null,
    price numeric(19, 0) not null check (price between 1 and 1000000000000000000),
    first_document integer not null,
    primary key (domain_id, epoch, operator_id, variant)
);
comment on table chain_share_prices is 'operatorEpochSharePrice of all documents, each record once. More than one variant is a conflict between documents; the earliest document counts.';
comment on column chain_share_prices.variant is 'counted from 0 in order of arrival';
comment on column chain_share_prices.price is 'floor(shares * 10^18 / stake) when the epoch ended: it falls as rewards come';
comment on column chain_share_prices.first_document is 'the earliest epoch whose document tells it';
create index on chain_share_prices (domain_id, epoch) where variant > 0;

create table operator_shares (
    epoch integer not null,
    operator_id integer not null,
    shares_raw numeric(40, 0),
    stake_raw numeric(40, 0),
    active_stake_raw numeric(40, 0),
    reward_raw numeric(40, 0),
    storage_fee_deposit_raw numeric(40, 0),
    deposits_raw numeric(40, 0),
    withdrawals_raw numeric(40, 0),
    inserted_at timestamptz not null default now(),
    primary key (epoch, operator_id)
);
comment on table operator_shares is 'Shares and stake of every operator that the document of an epoch names, in base units; null is unknown.';
comment on column operator_shares.shares_raw is 'currentTotalShares at the end of the epoch';
comment on column operator_shares.stake_raw is 'currentTotalStake at the end of the epoch, before the rewards of this epoch are added';
comment on column operator_shares.active_stake_raw is 'stake at work in this epoch; null when the operator was not at work';
comment on column operator_shares.reward_raw is 'rewarded in this epoch; null when nothing was';
comment on column operator_shares.deposits_raw is 'stake deposited in this epoch, at work from the next';
comment on column operator_shares.withdrawals_raw is 'shares withdrawn in this epoch';
create index idx_operator_shares_operator on operator_shares (operator_id, epoch);

create table operator_share_prices (
    epoch integer not null,
    operator_id integer not null,
    share_price_perq numeric(40, 0),
    stake_per_share_perq numeric(40, 0),
    source text not null default 'epochs_json' check (source in ('epochs_json', 'derived', 'carried', 'awaited', 'unknown')),
    inserted_at timestamptz not null default now(),
    primary key (epoch, operator_id),
    constraint operator_share_prices_price_check
    check ((share_price_perq is null) = (source in ('awaited', 'unknown')))
);
comment on table operator_share_prices is 'Both prices of a share, scaled by 10^18; no row where none is known.';
comment on column operator_share_prices.share_price_perq is 'chain share price when the epoch ended, its rewards included: shares for one stake, at most 10^18, falls as rewards come; null when source is awaited or unknown';
comment on column operator_share_prices.stake_per_share_perq is 'stake for one share by this epoch''s document, before the rewards of this epoch: at least 10^18, rises; null when its stake or shares are unknown';
comment on column operator_share_prices.source is 'of share_price_perq. epochs_json: recorded on chain for this epoch. derived: from the stake and shares in the document of the next epoch, which include the rewards of this one. carried: likewise, and neither moved. awaited: that document is not there yet. unknown: that document does not tell';
create index idx_operator_share_prices_operator on operator_share_prices (operator_id, epoch);
create index idx_operator_share_prices_epoch_brin on operator_share_prices using brin (epoch);

create table operators_metadata (
    operator_id integer primary key,
    name text,
    color text,
    first_seen_epoch integer,
    last_seen_epoch integer,
    is_active boolean default true,
    status text,
    nomination_tax integer,
    signing_key text,
    minimum_nominator_stake numeric(40, 0),
    metadata jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
comment on table operators_metadata is 'Operators of the domain: what documents tell of them, and the name, color and metadata that import gives them.';
comment on column operators_metadata.first_seen_epoch is 'first document that lists the operator; null when only prices name it';
comment on column operators_metadata.is_active is 'its status is registered, and the newest document lists it; null when the status is unknown';
comment on column operators_metadata.status is 'partialStatus in the last document that lists it, in one spelling: registered, deregistered, deactivated, slashed, pendingSlash, invalidBundle; null when unknown';
comment on column operators_metadata.nomination_tax is 'percent of the rewards that the operator keeps';
comment on column operators_metadata.minimum_nominator_stake is 'base units';

create table epoch_quality (
    epoch integer primary key,
    price_rises integer not null,
    shares_above_stake integer not null,
    price_mismatches integer not null,
    prices_unknown integer not null
);
comment on table epoch_quality is 'Laws of the chain held against the figures of an epoch, each as the number of operators that break it.';
comment on column epoch_quality.price_rises is 'operators whose chain share price rose since the epoch before by more than dust (3 * 10^-18): a slash does that';
comment on column epoch_quality.shares_above_stake is 'operators with more shares than stake';
comment on column epoch_quality.price_mismatches is 'operators whose recorded price of the epoch before is not what this document''s stake and shares give, within 3 * 10^-18';
comment on column epoch_quality.prices_unknown is 'operators of this document without a price';

create table epoch_dictionaries (
    epoch integer primary key,
    operator_stakes text,
    rewards text,
    operator_share_prices text
);
comment on table epoch_dictionaries is 'The figures of an epoch by operator as old clients read them: operator id to decimal string, as JSON; null when unknown.';
comment on column epoch_dictionaries.operator_share_prices is 'stake for one share, scaled by 10^18';

create table share_price_blocks (
    first_epoch integer not null,
    operator_id integer not null,
    stake_per_share numeric[] not null,
    chain numeric[] not null,
    primary key (first_epoch, operator_id)
) with (toast_tuple_target = 8160);
comment on table share_price_blocks is 'Share prices of 100 epochs by operator, for whole histories: the first element is of first_epoch, a multiple of 100; null where there is none.';
comment on column share_price_blocks.stake_per_share is 'operator_share_prices.stake_per_share_perq';
comment on column share_price_blocks.chain is 'the price that the chain recorded for the epoch';
create index on share_price_blocks (operator_id, first_epoch);

create table epoch_reward_sums (
    epoch integer primary key,
    rewards numeric not null,
    known_epochs integer not null
);
comment on table epoch_reward_sums is 'Rewards from the first epoch to each epoch with a document.';
comment on column epoch_reward_sums.rewards is 'base units; epochs with unknown rewards add nothing';
comment on column epoch_reward_sums.known_epochs is 'epochs so far with known rewards';

create view comprehensive_analytics as
select
    epochs.epoch,
    epochs.end_block,
    epochs."timestamp",
    to_timestamp(epochs."timestamp" / 1000.0) as epoch_datetime,
    (to_timestamp(epochs."timestamp" / 1000.0) at time zone 'UTC')::date as epoch_date,
    epochs.total_stake as total_stake_raw,
    epochs.total_stake * 1e-18 as total_stake_tokens,
    epochs.total_shares as total_shares_raw,
    epochs.total_shares * 1e-18 as total_shares_tokens,
    epochs.treasury_funds as treasury_funds_raw,
    epochs.treasury_funds * 1e-18 as treasury_funds_tokens,
    epochs.chain_rewards as chain_rewards_raw,
    epochs.chain_rewards * 1e-18 as chain_rewards_tokens,
    epochs.storage_fees as storage_fee_fund_raw,
    epochs.storage_fees * 1e-18 as storage_fee_fund_tokens,
    zero.active_stake_raw * 1e-18 as operator_0_stake_tokens,
    one.active_stake_raw * 1e-18 as operator_1_stake_tokens,
    two.active_stake_raw * 1e-18 as operator_2_stake_tokens,
    three.active_stake_raw * 1e-18 as operator_3_stake_tokens,
    zero.reward_raw * 1e-18 as operator_0_rewards_tokens,
    one.reward_raw * 1e-18 as operator_1_rewards_tokens,
    two.reward_raw * 1e-18 as operator_2_rewards_tokens,
    three.reward_raw * 1e-18 as operator_3_rewards_tokens,
    zero.shares_raw as operator_0_shares_raw,
    one.shares_raw as operator_1_shares_raw,
    two.shares_raw as operator_2_shares_raw,
    three.shares_raw as operator_3_shares_raw,
    stake_per_share(zero.stake_raw, zero.shares_raw) * 1e-18 as operator_0_share_price_tokens,
    stake_per_share(one.stake_raw, one.shares_raw) * 1e-18 as operator_1_share_price_tokens,
    stake_per_share(two.stake_raw, two.shares_raw) * 1e-18 as operator_2_share_price_tokens,
    stake_per_share(three.stake_raw, three.shares_raw) * 1e-18 as operator_3_share_price_tokens,
    epochs.operator_count,
    epochs.deposits_count,
    epochs.withdrawals_count,
    epochs.bundles_count,
    epoch_dictionaries.operator_share_prices::json as operator_share_prices_json
from epochs
left join epoch_dictionaries using (epoch)
left join operator_shares as zero on zero.epoch = epochs.epoch and zero.operator_id = 0
left join operator_shares as one on one.epoch = epochs.epoch and one.operator_id = 1
left join operator_shares as two on two.epoch = epochs.epoch and two.operator_id = 2
left join operator_shares as three on three.epoch = epochs.epoch and three.operator_id = 3;
comment on view comprehensive_analytics is 'One row an epoch, as the dashboards before us read it: _raw in base units, _tokens in whole tokens, share prices as stake for one share.';
