-- What follows from many days. Every figure that is null has a reason beside it.

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
    primary key (operator_id, metric, window_days, date),
    check ((volatility is null) = (reason is not null))
);
comment on table volatility_metrics is 'How much each operator moved from day to day, over the days of a window that ends with the date.';
comment on column volatility_metrics.metric is 'TVS: USD by the prices of each day. SHARES: USD by the prices of the date, so that only shares move';
comment on column volatility_metrics.window_days is 'UTC days, the date among them';
comment on column volatility_metrics.volatility is 'fraction a day: sample standard deviation of ln(V of a day / V of the day before), rounded to 12 decimals; null for the reason';
comment on column volatility_metrics.annualized is 'fraction a year: volatility * sqrt(365)';
comment on column volatility_metrics.mean is 'USD: mean of the values, rounded to 18 decimals; null without any';
comment on column volatility_metrics.coefficient_of_variation is 'fraction: sample standard deviation of the values / abs(mean); null under 2 values or when the mean is 0';
comment on column volatility_metrics.trend is 'fraction of the mean a day: slope of the straight line through the values; null under 2 values or when the mean is 0';
comment on column volatility_metrics.points is 'days of the window that have a value';
comment on column volatility_metrics.returns is 'pairs of days that follow each other, both with values above 0';
comment on column volatility_metrics.skipped is 'pairs of days left out because a value was not above 0';
create index on volatility_metrics (date);

create table concentration_metrics (
    kind text not null check (
        kind in (
            'OPERATOR_DELEGATORS', 'OPERATOR_STRATEGIES', 'STRATEGY_OPERATORS', 'NETWORK_OPERATORS'
        )
    ),
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
    reason text check (reason in ('NO_HOLDERS', 'UNPRICED')),
    primary key (kind, subject_id, date),
    check ((hhi is null) = (reason is not null))
);
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
create index on concentration_metrics (date, kind);

create table operator_analytics (
    operator_id text not null,
    date date not null,
    risk_score numeric not null,
    risk_level text not null check (risk_level in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    confidence numeric not null,
    performance_score numeric not null,
    economic_score numeric not null,
    network_score numeric,
    slash_score numeric not null,
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
    primary key (operator_id, date)
);
comment on table operator_analytics is 'How risky each operator was at the end of a UTC day, and what that follows from. Scores are 0..100, higher is safer, rounded to 6 decimals.';
comment on column operator_analytics.risk_score is '0.5 performance + 0.35 economic + 0.15 network';
comment on column operator_analytics.risk_level is 'LOW from 80, MEDIUM from 60, HIGH from 40, else CRITICAL';
comment on column operator_analytics.confidence is '0..100: part of the eight inputs that were there * days of data / 30, at most 1';
comment on column operator_analytics.performance_score is '0.6 slash + 0.3 stability + 0.1 tenure; the other weights share that of a missing part';
comment on column operator_analytics.economic_score is '0.5 (100 - 100 delegation_hhi) + 0.3 commission + 0.2 growth; the other weights share that of a missing part';
comment on column operator_analytics.network_score is '0.7 size_percentile + 0.3 (100 - 100 HHI of all operators); null when both are missing';
comment on column operator_analytics.slash_score is '100 - 25 for each slash of its whole life, at least 0';
comment on column operator_analytics.stability_score is '100 / (1 + volatility_30d); null with it';
comment on column operator_analytics.tenure_score is 'operational days / 365 * 100, at most 100';
comment on column operator_analytics.commission_score is '100 - 10 for each commission change of 90 days, at least 0';
comment on column operator_analytics.growth_score is '50 + 100 growth_rate_30d, within 0..100; null with it';
comment on column operator_analytics.delegation_hhi is '0..1, of its delegators by USD; null when missing names DELEGATION_HHI';
comment on column operator_analytics.gini is '0..1, of its delegators by USD; null with delegation_hhi';
comment on column operator_analytics.volatility_7d is 'of TVS, fraction a year; null when missing names VOLATILITY_7D';
comment on column operator_analytics.volatility_30d is 'of TVS, fraction a year; null when missing names VOLATILITY_30D';
comment on column operator_analytics.volatility_90d is 'of TVS, fraction a year; null when missing names VOLATILITY_90D';
comment on column operator_analytics.growth_rate_30d is 'fraction: shares of the date / shares 30 days before - 1, both by the prices of the date; null when missing names GROWTH';
comment on column operator_analytics.size_percentile is '0..100: place by TVS among active operators, 100 for the largest; null when missing names SIZE';
comment on column operator_analytics.delegator_percentile is '0..100: place by active delegators among active operators; null when not active';
comment on column operator_analytics.operational_days is 'UTC days since registration';
comment on column operator_analytics.data_days is 'days that it has a snapshot of, of the 30 that end with the date';
comment on column operator_analytics.has_sufficient_data is 'whether data_days are the fewest that an analysis needs, or more';
comment on column operator_analytics.missing is 'inputs that were not there: VOLATILITY_7D, VOLATILITY_30D, VOLATILITY_90D, DELEGATION_HHI, GROWTH, SIZE, NETWORK_HHI';
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
    critical_count integer not null
);
comment on table network_daily_risk is 'The scores of all active operators together, day by day.';
comment on column network_daily_risk.operator_count is 'active operators';
comment on column network_daily_risk.mean_risk_score is '0..100; null when no operator is active';
comment on column network_daily_risk.median_risk_score is '0..100; null when no operator is active';
comment on column network_daily_risk.tvs_weighted_risk_score is '0..100, each by its TVS; null when none has any';
comment on column network_daily_risk.mean_confidence is '0..100; null when no operator is active';
