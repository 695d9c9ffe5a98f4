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
          .valued()
          .fromEvents("operator_strategy_shares")
          .fromEvents("operator_strategy_magnitudes")
          .fromEvents("operator_allocations")
          .fromEvents("operator_avs_relationships")
          .fromEvents("operator_slashing_incidents")
          .fromState("operator_delegators")
          .valued()
          .fromState("operator_strategy_state")
          .valued()
          .fromState("operator_current_state")
          .valued()
          .build();

  /** The newest rates and prices, for every strategy. */
  public static final Stage QUOTES = Stage.named("valuation").fromState("strategy_quotes").build();

  /** Sums over all operators. */
  public static final Stage TOTALS = Stage.named("valuation").fromState("strategy_state").build();

  public static final List<Stage> ALL = List.of(QUOTES, REBUILD, TOTALS);

  private Stages() {}
}
