-- Risk figures, ranks and stakes of each UTC day.

create table volatility_metrics (
    operator_id text not null,
    metric text not null check (metric in ('TVS', 'SHARES')),
    window_days integer not null,
    date date not null,
    volatility numeric,
    annualized numeric,
    mean numeric,
    coefficient_of_variation numeric,
    trend numeric,
    points integer not null,
    returns integer not null,
    skipped integer not null,
    reason text check (reason in ('TOO_FEW_POINTS', 'TOO_FEW_RETURNS')),
    gaps integer not null,
    primary key (operator_id, metric, window_days, date),
    check ((volatility is null) = (reason is not null))
) partition by range (date);
comment on table volatility_metrics is 'How much each operator moved from day to day, over the days of a window that ends with the date.';
comment on column volatility_metrics.metric is 'TVS: USD by the prices of each day. SHARES: USD at constant prices, each strategy at its newest price of the longest window, so that only shares move';
comment on column volatility_metrics.window_days is 'UTC days, the date among them';
comment on column volatility_metrics.volatility is 'fraction a day: sample standard deviation of ln(V of a day / V of the day before), rounded to 12 decimals; null for the reason';
comment on column volatility_metrics.annualized is 'fraction a year: volatility * sqrt(365)';
comment on column volatility_metrics.mean is 'USD: mean of the values, rounded to 18 decimals; null without any';
comment on column volatility_metrics.coefficient_of_variation is 'fraction: sample standard deviation of the values / abs(mean); null under 2 values or when the mean is 0';
comment on column volatility_metrics.trend is 'fraction of the mean a day: slope of the straight line through the values; null under 2 values or when the mean is 0';
comment on column volatility_metrics.points is 'days of the window that have a value and are no gaps';
comment on column volatility_metrics.returns is 'pairs of days that follow each other, neither a gap, both with values above 0';
comment on column volatility_metrics.skipped is 'pairs of days left out because a value was not above 0; gaps are counted apart';
comment on column volatility_metrics.gaps is 'days of the window that have a snapshot but no comparable value: a strategy it held has quotes in the window but none that day, or nothing it held has a price';
create index on volatility_metrics (date);

create table concentration_metrics (
    kind text not null,
    subject_id text not null,
    date date not null,
    population integer not null,
    unpriced_count integer not null,
    total numeric,
    hhi numeric,
    effective_count numeric,
    gini numeric,
    top1 numeric,
    top5 numeric,
    top10 numeric,
    nakamoto_third integer,
    nakamoto_half integer,
    reason text check (reason in ('NO_HOLDERS', 'UNPRICED', 'ONLY_DURATION_VAULTS')),
    excluded_vault_count integer not null default 0,
    primary key (kind, subject_id, date),
    check ((hhi is null) = (reason is not null)),
    check (
    kind in (
        'OPERATOR_DELEGATORS', 'OPERATOR_STRATEGIES', 'STRATEGY_OPERATORS', 'NETWORK_OPERATORS',
        'STRATEGY_OPERATORS_WITH_VAULTS', 'NETWORK_OPERATORS_WITH_VAULTS'
    )
)
) partition by range (date);
comment on table concentration_metrics is 'How unevenly something was held at the end of a UTC day.';
comment on column concentration_metrics.kind is 'OPERATOR_DELEGATORS, OPERATOR_STRATEGIES: USD at an operator. STRATEGY_OPERATORS: shares of a strategy. NETWORK_OPERATORS: USD of all operators';
comment on column concentration_metrics.subject_id is 'operator or strategy; empty for the network';
comment on column concentration_metrics.population is 'holders with more than 0';
comment on column concentration_metrics.unpriced_count is 'holders left out because nothing they hold has a price that day';
comment on column concentration_metrics.total is 'what they hold together, USD or base units; null with the reason';
comment on column concentration_metrics.hhi is '0..1: sum of squared parts, rounded to 18 decimals; null with the reason';
comment on column concentration_metrics.effective_count is '1 / hhi, rounded to 18 decimals';
comment on column concentration_metrics.gini is '0..1, rounded to 18 decimals';
comment on column concentration_metrics.top1 is '0..1: part of the largest';
comment on column concentration_metrics.top5 is '0..1: part of the five largest';
comment on column concentration_metrics.top10 is '0..1: part of the ten largest';
comment on column concentration_metrics.nakamoto_third is 'the least number that together hold more than a third';
comment on column concentration_metrics.nakamoto_half is 'the least number that together hold more than half';
comment on column concentration_metrics.excluded_vault_count is 'duration vaults that hold something and are left out';
create index on concentration_metrics (date, kind);

create table operator_analytics (
    operator_id text not null,
    date date not null,
    risk_score numeric,
    risk_level text check (risk_level in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    confidence numeric,
    performance_score numeric,
    economic_score numeric,
    network_score numeric,
    slash_score numeric,
    stability_score numeric,
    tenure_score numeric not null,
    commission_score numeric not null,
    growth_score numeric,
    delegation_hhi numeric,
    gini numeric,
    volatility_7d numeric,
    volatility_30d numeric,
    volatility_90d numeric,
    growth_rate_30d numeric,
    size_percentile numeric,
    delegator_percentile numeric,
    operational_days integer not null,
    total_slash_events integer not null,
    commission_changes_90d integer not null,
    data_days integer not null,
    has_sufficient_data boolean not null,
    missing text [] not null,
    score_reason text check (score_reason in ('NOTHING_AT_STAKE', 'UNKNOWN_SHARES', 'UNPRICED')),
    slash_loss numeric,
    shares_volatility_7d numeric,
    shares_volatility_30d numeric,
    shares_volatility_90d numeric,
    gap_days integer not null,
    primary key (operator_id, date),
    check ((risk_score is null) = (score_reason is not null)),
    check ((risk_score is null) = (risk_level is null)),
    check ((risk_score is null) = (confidence is null))
) partition by range (date);
comment on table operator_analytics is 'How risky each operator was at the end of a UTC day, and what that follows from. Scores are 0..100, higher is safer, rounded to 6 decimals.';
comment on column operator_analytics.risk_score is '0.5 performance + 0.35 economic + 0.15 network; the other weights share that of a missing part; null for score_reason';
comment on column operator_analytics.risk_level is 'LOW from 80, MEDIUM from 60, HIGH from 40, else CRITICAL; null for score_reason';
comment on column operator_analytics.confidence is '0..100: part of the nine inputs that were there * days without gaps / 30, at most 1; null for score_reason';
comment on column operator_analytics.performance_score is '0.6 slash + 0.3 stability + 0.1 tenure; the other weights share that of a missing part; null for score_reason';
comment on column operator_analytics.economic_score is '0.5 (100 - 100 delegation_hhi) + 0.3 commission + 0.2 growth; the other weights share that of a missing part; null for score_reason';
comment on column operator_analytics.network_score is '0.7 size_percentile + 0.3 (100 - 100 HHI of all operators); the other weight takes that of a missing part; null when missing names SIZE and NETWORK_HHI, or for score_reason';
comment on column operator_analytics.slash_score is '100 - 100 slash_loss; null with it';
comment on column operator_analytics.stability_score is '100 / (1 + shares_volatility_30d); null with it';
comment on column operator_analytics.tenure_score is 'operational days / 365 * 100, at most 100';
comment on column operator_analytics.commission_score is '100 - 10 for each change of a commission to another value in 90 days, at least 0';
comment on column operator_analytics.growth_score is '50 + 100 growth_rate_30d, within 0..100; null with it';
comment on column operator_analytics.delegation_hhi is '0..1, of its delegators by USD; null when missing names DELEGATION_HHI';
comment on column operator_analytics.gini is '0..1, of its delegators by USD; null with delegation_hhi';
comment on column operator_analytics.volatility_7d is 'of TVS, fraction a year; null when missing names VOLATILITY_7D';
comment on column operator_analytics.volatility_30d is 'of TVS, fraction a year; null when missing names VOLATILITY_30D';
comment on column operator_analytics.volatility_90d is 'of TVS, fraction a year; null when missing names VOLATILITY_90D';
comment on column operator_analytics.growth_rate_30d is 'fraction: shares of the date / shares 30 days before - 1, both at constant prices; null when missing names GROWTH';
comment on column operator_analytics.size_percentile is '0..100: place by TVS among active operators, 100 for the largest; null when missing names SIZE';
comment on column operator_analytics.delegator_percentile is '0..100: place by active delegators among active operators; null when missing names INACTIVE';
comment on column operator_analytics.operational_days is 'UTC days since registration';
comment on column operator_analytics.commission_changes_90d is 'changes of its commissions to another value in the 90 days that end with the date';
comment on column operator_analytics.data_days is 'days that it has a snapshot of, of the 30 that end with the date';
comment on column operator_analytics.has_sufficient_data is 'whether data_days less gap_days are the fewest that an analysis needs, or more';
comment on column operator_analytics.missing is 'inputs that were not there: VOLATILITY_7D, VOLATILITY_30D, VOLATILITY_90D, SHARES_VOLATILITY_7D, SHARES_VOLATILITY_30D, SHARES_VOLATILITY_90D, SLASH_LOSS, DELEGATION_HHI, GROWTH, SIZE, NETWORK_HHI, PRICES, INACTIVE';
comment on column operator_analytics.score_reason is 'why there is no score. NOTHING_AT_STAKE: it holds no shares, or they are worth 0. UNKNOWN_SHARES: no shares that it holds are known and have a price. UNPRICED: nothing it holds has a price that day';
comment on column operator_analytics.slash_loss is '0..1: part of its stake that the slashes of its whole life took, rounded to 18 decimals; null when missing names SLASH_LOSS';
comment on column operator_analytics.shares_volatility_7d is 'of SHARES, fraction a year; null when missing names SHARES_VOLATILITY_7D';
comment on column operator_analytics.shares_volatility_30d is 'of SHARES, fraction a year; null when missing names SHARES_VOLATILITY_30D';
comment on column operator_analytics.shares_volatility_90d is 'of SHARES, fraction a year; null when missing names SHARES_VOLATILITY_90D';
comment on column operator_analytics.gap_days is 'of data_days, those on which TVS cannot be compared with the others: a strategy that it held has quotes in the 30 days, but none that day';
create index on operator_analytics (date, risk_score desc);

create table network_daily_risk (
    date date primary key,
    operator_count integer not null,
    mean_risk_score numeric,
    median_risk_score numeric,
    tvs_weighted_risk_score numeric,
    mean_confidence numeric,
    low_count integer not null,
    medium_count integer not null,
    high_count integer not null,
    critical_count integer not null,
    scored_operator_count integer not null,
    spread_score numeric
);
comment on table network_daily_risk is 'The scores of all active operators together, day by day.';
comment on column network_daily_risk.operator_count is 'active operators';
comment on column network_daily_risk.mean_risk_score is '0..100; null when no operator has a score';
comment on column network_daily_risk.median_risk_score is '0..100: the middle one, or between the two middle ones; null when no operator has a score';
comment on column network_daily_risk.tvs_weighted_risk_score is '0..100, each by its TVS; null when no operator has a score';
comment on column network_daily_risk.mean_confidence is '0..100; null when no operator has a score';
comment on column network_daily_risk.spread_score is '0..100: 100 - 100 HHI of the operators without duration vaults, by TVS; null when none of them holds anything with a price';
comment on column network_daily_risk.scored_operator_count is 'active operators with a score: those that the figures beside it are of';

create table operator_ranks (
    metric text not null,
    operator_id text not null,
    value numeric not null,
    place integer not null,
    percentile numeric not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    lesser_count integer not null,
    includes_vaults boolean not null,
    primary key (includes_vaults, metric, operator_id)
) with (fillfactor = 85);
comment on table operator_ranks is 'Active operators by the figures that they are ranked by.';
comment on column operator_ranks.value is 'the figure: USD, a count, a score 0..100 or a fraction';
comment on column operator_ranks.place is '1 for the greatest; equals share a place';
comment on column operator_ranks.percentile is '0..100, 100 for the greatest';
comment on column operator_ranks.lesser_count is 'active operators with a lesser value';
comment on column operator_ranks.includes_vaults is 'ranked among all operators; otherwise among those that are no duration vaults';
create index on operator_ranks (includes_vaults, metric, place, operator_id);
create index on operator_ranks (includes_vaults, metric, value);

create table metric_figures (
    metric text,
    population integer not null,
    mean numeric,
    median numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    includes_vaults boolean not null,
    excluded_vault_count integer not null,
    primary key (includes_vaults, metric)
) with (fillfactor = 85);
comment on table metric_figures is 'Each figure over the active operators that have it.';
comment on column metric_figures.population is 'active operators that have the figure';
comment on column metric_figures.excluded_vault_count is 'active duration vaults that have the figure and are left out';

create table operator_set_daily_stakes (
    operator_set_id text not null,
    date date not null,
    avs_id text not null,
    member_count integer not null,
    allocated_usd numeric,
    delegated_usd numeric,
    slashable_usd numeric,
    unpriced_strategy_count integer not null,
    primary key (operator_set_id, date)
);
comment on table operator_set_daily_stakes is 'Members of each operator set at the end of each UTC day, and their stake.';
comment on column operator_set_daily_stakes.allocated_usd is 'USD by the prices of the day behind the magnitudes in force; null when nothing of it is valued';
comment on column operator_set_daily_stakes.delegated_usd is 'USD by the prices of the day that members hold in strategies of the set; null when nothing of it is valued';
comment on column operator_set_daily_stakes.slashable_usd is 'USD by the prices of the day that the set could slash; null when nothing of it is valued';
comment on column operator_set_daily_stakes.unpriced_strategy_count is 'strategies of the set without a price that day; no amount includes them';
create index on operator_set_daily_stakes (date);

create table avs_daily_stakes (
    avs_id text not null,
    date date not null,
    operator_count integer not null,
    operator_set_count integer not null,
    allocated_usd numeric,
    delegated_usd numeric,
    slashable_usd numeric,
    unpriced_operator_count integer not null,
    primary key (avs_id, date)
);
comment on table avs_daily_stakes is 'Operators of each AVS at the end of each UTC day, and their stake.';
comment on column avs_daily_stakes.allocated_usd is 'USD by the prices of the day behind the magnitudes in force at its operator sets; null when nothing of it is valued';
comment on column avs_daily_stakes.delegated_usd is 'USD by the prices of the day that its operators hold; null when nothing of it is valued';
comment on column avs_daily_stakes.slashable_usd is 'USD by the prices of the day that its operator sets could slash; null when nothing of it is valued';
comment on column avs_daily_stakes.unpriced_operator_count is 'operators that hold a strategy without a price that day';
create index on avs_daily_stakes (date);
