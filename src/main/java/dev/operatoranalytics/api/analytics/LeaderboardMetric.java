package dev.operatoranalytics.api.analytics;

/** What operators are ranked by, and the column that has it. */
public enum LeaderboardMetric {
  TVS("operator_state.total_tvs"),
  DELEGATORS("operator_state.active_delegators::numeric"),
  AVSS("operator_state.active_avs_count::numeric"),
  RISK_SCORE("operator_analytics.risk_score"),
  GROWTH_RATE("operator_analytics.growth_rate_30d");

  private final String column;

  LeaderboardMetric(String column) {
    this.column = column;
  }

  /** A select of the active operators that have the figure, with their places. */
  String ranked() {
    return """
    select
        figures.operator_id, figures.value, null::text as reason,
        rank() over (order by figures.value desc) as place,
        count(*) over () as population,
        case count(*) over ()
            when 1 then 100
            else round(
                ratio(100 * (rank() over (order by figures.value) - 1), count(*) over () - 1), 6
            )
        end as percentile,
        network.mean,
        network.median
    from (%1$s) as figures
    cross join (
        select
            ratio(sum(value), count(value)) as mean,
            round(
                (
                    percentile_disc(0.5) within group (order by value)
                    + percentile_disc(0.5) within group (order by value desc)
                ) * 0.5,
                18
            ) as median
        from (%1$s) as figures
    ) as network
    """
        .formatted(figures());
  }

  /** A select of the active operators that have the figure. */
  public String figures() {
    return """
    select operator_state.operator_id, %1$s as value
    from operator_state
    left join operator_analytics
        on operator_analytics.operator_id = operator_state.operator_id
        and operator_analytics.date = (select max(date) from network_daily_risk)
    where operator_state.is_active and %1$s is not null
    """
        .formatted(column);
  }
}
