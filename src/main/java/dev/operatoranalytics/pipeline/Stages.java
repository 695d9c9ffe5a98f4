package dev.operatoranalytics.pipeline;

import java.util.List;

/** Every stage of the pipeline, in the order in which they run. */
public final class Stages {

  /** What the operators look like, for those asked. */
  public static final Stage REBUILD =
      Stage.named("rebuild")
          .fromEvents("operators")
          .fromEvents("operator_delegator_history")
          .fromEvents("operator_delegator_shares")
          .fromEvents("operator_strategy_shares")
          .fromEvents("operator_strategy_magnitudes")
          .fromEvents("operator_allocations")
          .fromEvents("operator_avs_relationships")
          .fromEvents("operator_slashing_incidents")
          .fromState("operator_delegators")
          .fromState("operator_strategy_state")
          .fromState("operator_current_state")
          .build();

  /** The newest rates and prices, for every strategy. */
  public static final Stage QUOTES = Stage.named("valuation").fromState("strategy_quotes").build();

  /** What the shares of the operators asked are worth. */
  public static final Stage VALUATION =
      Stage.named("valuation")
          .columnsOf("operator_delegator_shares")
          .columnsOf("operator_delegators")
          .columnsOf("operator_strategy_state")
          .columnsOf("operator_current_state")
          .build();

  /** Sums over all operators. */
  public static final Stage TOTALS = Stage.named("valuation").fromState("strategy_state").build();

  public static final List<Stage> ALL = List.of(QUOTES, REBUILD, VALUATION, TOTALS);

  private Stages() {}
}
