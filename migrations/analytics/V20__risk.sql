-- Risk figures that tell an absent value from a bad one.

alter table volatility_metrics add column gaps integer not null default 0;
alter table volatility_metrics alter column gaps drop default;
comment on column volatility_metrics.points is 'days of the window that have a value and are no gaps';
comment on column volatility_metrics.returns is 'pairs of days that follow each other, neither a gap, both with values above 0';
comment on column volatility_metrics.skipped is 'pairs of days left out because a value was not above 0; gaps are counted apart';
comment on column volatility_metrics.gaps is 'days of the window that have a snapshot but no comparable value: a strategy it held has quotes in the window but none that day, or nothing it held has a price';
comment on column volatility_metrics.metric is 'TVS: USD by the prices of each day. SHARES: USD at constant prices, each strategy at its newest price of the longest window, so that only shares move';

alter table operator_analytics
    alter column risk_score drop not null,
    alter column risk_level drop not null,
    alter column confidence drop not null,
    alter column performance_score drop not null,
    alter column economic_score drop not null,
    alter column slash_score drop not null,
    add column score_reason text check (score_reason in ('NOTHING_AT_STAKE', 'UNKNOWN_SHARES', 'UNPRICED')),
    add column slash_loss numeric,
    add column shares_volatility_7d numeric,
    add column shares_volatility_30d numeric,
    add column shares_volatility_90d numeric,
    add column gap_days integer not null default 0,
    add check ((risk_score is null) = (score_reason is not null)),
    add check ((risk_score is null) = (risk_level is null)),
    add check ((risk_score is null) = (confidence is null));
alter table operator_analytics alter column gap_days drop default;
comment on column operator_analytics.risk_score is '0.5 performance + 0.35 economic + 0.15 network; the other weights share that of a missing part; null for score_reason';
comment on column operator_analytics.risk_level is 'LOW from 80, MEDIUM from 60, HIGH from 40, else CRITICAL; null for score_reason';
comment on column operator_analytics.confidence is '0..100: part of the nine inputs that were there * days without gaps / 30, at most 1; null for score_reason';
comment on column operator_analytics.score_reason is 'why there is no score. NOTHING_AT_STAKE: it holds no shares, or they are worth 0. UNKNOWN_SHARES: no shares that it holds are known and have a price. UNPRICED: nothing it holds has a price that day';
comment on column operator_analytics.performance_score is '0.6 slash + 0.3 stability + 0.1 tenure; the other weights share that of a missing part; null for score_reason';
comment on column operator_analytics.economic_score is '0.5 (100 - 100 delegation_hhi) + 0.3 commission + 0.2 growth; the other weights share that of a missing part; null for score_reason';
comment on column operator_analytics.network_score is '0.7 size_percentile + 0.3 (100 - 100 HHI of all operators); the other weight takes that of a missing part; null when missing names SIZE and NETWORK_HHI, or for score_reason';
comment on column operator_analytics.slash_loss is '0..1: part of its stake that the slashes of its whole life took, rounded to 18 decimals; null when missing names SLASH_LOSS';
comment on column operator_analytics.slash_score is '100 - 100 slash_loss; null with it';
comment on column operator_analytics.stability_score is '100 / (1 + shares_volatility_30d); null with it';
comment on column operator_analytics.commission_score is '100 - 10 for each change of a commission to another value in 90 days, at least 0';
comment on column operator_analytics.shares_volatility_7d is 'of SHARES, fraction a year; null when missing names SHARES_VOLATILITY_7D';
comment on column operator_analytics.shares_volatility_30d is 'of SHARES, fraction a year; null when missing names SHARES_VOLATILITY_30D';
comment on column operator_analytics.shares_volatility_90d is 'of SHARES, fraction a year; null when missing names SHARES_VOLATILITY_90D';
comment on column operator_analytics.growth_rate_30d is 'fraction: shares of the date / shares 30 days before - 1, both at constant prices; null when missing names GROWTH';
comment on column operator_analytics.delegator_percentile is '0..100: place by active delegators among active operators; null when missing names INACTIVE';
comment on column operator_analytics.commission_changes_90d is 'changes of its commissions to another value in the 90 days that end with the date';
comment on column operator_analytics.gap_days is 'of data_days, those on which TVS cannot be compared with the others: a strategy that it held has quotes in the 30 days, but none that day';
comment on column operator_analytics.has_sufficient_data is 'whether data_days less gap_days are the fewest that an analysis needs, or more';
comment on column operator_analytics.missing is 'inputs that were not there: VOLATILITY_7D, VOLATILITY_30D, VOLATILITY_90D, SHARES_VOLATILITY_7D, SHARES_VOLATILITY_30D, SHARES_VOLATILITY_90D, SLASH_LOSS, DELEGATION_HHI, GROWTH, SIZE, NETWORK_HHI, PRICES, INACTIVE';

alter table network_daily_risk add column scored_operator_count integer not null default 0;
update network_daily_risk set scored_operator_count = operator_count;
alter table network_daily_risk alter column scored_operator_count drop default;
comment on column network_daily_risk.scored_operator_count is 'active operators with a score: those that the figures beside it are of';
comment on column network_daily_risk.mean_risk_score is '0..100; null when no operator has a score';
comment on column network_daily_risk.median_risk_score is '0..100: the middle one, or between the two middle ones; null when no operator has a score';
comment on column network_daily_risk.tvs_weighted_risk_score is '0..100, each by its TVS; null when no operator has a score';
comment on column network_daily_risk.mean_confidence is '0..100; null when no operator has a score';

-- what was analysed by the formulas until here is analysed again by the next run
update pipeline_partitions set status = 'STALE' where stage = 'analytics' and status = 'DONE';
