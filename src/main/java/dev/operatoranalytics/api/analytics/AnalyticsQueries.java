package dev.operatoranalytics.api.analytics;

import dev.operatoranalytics.api.graphql.DailyRows;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Reads what follows from many days. */
@Singleton
public class AnalyticsQueries {
  private static final String NEWEST = "select max(date) from network_daily_risk";

  private final DailyRows<OperatorAnalytics> operators;
  private final DailyRows<VolatilityMetric> volatilities;
  private final DailyRows<ConcentrationMetric> ofOperators;
  private final DailyRows<ConcentrationMetric> ofStrategies;
  private final DailyRows<ConcentrationMetric> ofNetwork;

  AnalyticsQueries(@Named("api") JdbcOperations jdbc) {
    this.operators =
        new DailyRows<>(
            jdbc, OperatorAnalytics.class, OperatorAnalytics.ROWS, "operator_id", "date", NEWEST);
    this.volatilities =
        new DailyRows<>(
            jdbc, VolatilityMetric.class, VolatilityMetric.ROWS, "operator_id", "date", NEWEST);
    this.ofOperators = concentrations(jdbc, "'OPERATOR_DELEGATORS', 'OPERATOR_STRATEGIES'");
    this.ofStrategies = concentrations(jdbc, "'STRATEGY_OPERATORS'");
    this.ofNetwork = concentrations(jdbc, "'NETWORK_OPERATORS'");
  }

  private static DailyRows<ConcentrationMetric> concentrations(JdbcOperations jdbc, String kinds) {
    return new DailyRows<>(
        jdbc,
        ConcentrationMetric.class,
        ConcentrationMetric.rows(kinds),
        "subject_id",
        "date",
        NEWEST);
  }

  DailyRows<OperatorAnalytics> operators() {
    return operators;
  }

  DailyRows<VolatilityMetric> volatilities() {
    return volatilities;
  }

  DailyRows<ConcentrationMetric> ofOperators() {
    return ofOperators;
  }

  DailyRows<ConcentrationMetric> ofStrategies() {
    return ofStrategies;
  }

  /** The network's rows are those of nobody: of the empty name. */
  public DailyRows<ConcentrationMetric> ofNetwork() {
    return ofNetwork;
  }
}
