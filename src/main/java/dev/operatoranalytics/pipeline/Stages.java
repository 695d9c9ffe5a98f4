package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The stages of the pipeline, in the order in which they run. */
public final class Stages {
  /** The operator of stakers without one, in tables by operator. */
  public static final String NO_OPERATOR = "0x0000000000000000000000000000000000000000";

  /** Data that is not per operator: AVSs, operator sets, the default commission, emitted rates. */
  public static final Stage PROTOCOL =
      Stage.named("protocol")
          .fromEvents("commission_defaults")
          .fromEvents("operator_sets")
          .withSteps("slasher_changes")
          .fromEvents("operator_set_slasher_history")
          .withSteps("slasher_changes")
          .fromEvents("operator_set_strategies")
          .fromEvents("duration_vaults")
          .fromEvents("slash_settlements")
          .fromEvents("avs")
          .fromEvents("strategy_event_rates")
          .fromEvents("strategy_event_tokens")
          .fromEvents("operator_set_strategy_history")
          .fromEvents("rewards_submissions")
          .fromEvents("distribution_roots")
          .fromEvents("rewards_claims")
          .fromEvents("rewards_claimers")
          .build();

  /** The state of the operators being rebuilt. */
  public static final Stage REBUILD =
      Stage.named("rebuild")
          .fromEvents("operators")
          .fromEvents("operator_registration")
          .fromEvents("operator_approver_history")
          .fromEvents("operator_metadata_history")
          .fromEvents("operator_delegator_history")
          .fromEvents("operator_delegator_share_history")
          .withSteps(
              "delegator_deltas",
              "delegator_shortfalls",
              "slashed_delegator_totals",
              "delegation_periods")
          .fromEvents("operator_delegator_scaled_shares")
          .withSteps(
              "delegator_deltas",
              "delegation_periods",
              "slashed_holders",
              "chosen_stakers",
              "stakers/scaling_factors",
              "stakers/first_release_withdrawals",
              "stakers/scaled_withdrawals",
              "stakers/deposit_changes")
          .fromState("operator_delegator_shares")
          .valued()
          .fromEvents("operator_strategy_share_history")
          .fromState("operator_strategy_shares")
          .fromEvents("operator_strategy_magnitudes")
          .fromEvents("operator_avs_registration_history")
          .fromEvents("operator_allocation_delays")
          .fromEvents("operator_allocations")
          .withSteps("allocation_rows")
          .valued()
          .fromEvents("operator_slashing_incidents")
          .fromEvents("operator_slashing_amounts")
          .valued()
          .fromEvents("operator_slash_losses")
          .withSteps(
              "delegator_deltas",
              "delegator_shortfalls",
              "chosen_withdrawals",
              "withdrawals",
              "slash_rows",
              "slashes",
              "held_at_slashes",
              "queued_at_slashes")
          .fromEvents("operator_commission_history")
          .fromEvents("queued_withdrawal_shares")
          .withSteps(
              "chosen_withdrawals",
              "withdrawals",
              "withdrawal_parts",
              "part_maxima",
              "part_factors")
          .valued()
          .fromEvents("queued_withdrawals")
          .withSteps("chosen_withdrawals", "withdrawals")
          .valued()
          .fromState("operator_withdrawal_queue")
          .valued()
          .fromEvents("operator_activity")
          .withSteps("own_allocations")
          .fromState("deposits")
          .fromEvents("operator_strategy_daily_flows")
          .fromState("operator_own_acts")
          .fromState("operator_avs_relationships")
          .fromState("operator_commission_rates")
          .fromState("operator_delegators")
          .valued()
          .fromState("operator_strategy_state")
          .valued()
          .fromState("operator_current_state")
          .valued()
          .fromState("operator_figures")
          .build();

  /** What the stakers being rebuilt hold, with an operator or without. */
  public static final Stage STAKERS =
      Stage.named("stakers")
          .fromEvents("stakers")
          .fromEvents("staker_strategy_shares")
          .withSteps(
              "chosen_stakers",
              "scaling_factors",
              "first_release_withdrawals",
              "scaled_withdrawals",
              "deposit_changes")
          .fromEvents("eigen_pods")
          .build();

  /** Rows of the stakers being rebuilt without an operator, in tables of {@link #REBUILD}. */
  public static final Stage WITHOUT_OPERATOR =
      Stage.named("stakers")
          .ofStakers(
              "rebuild",
              "queued_withdrawal_shares",
              "chosen_withdrawals",
              "withdrawals",
              "withdrawal_parts",
              "part_maxima",
              "part_factors")
          .valued()
          .ofStakers("rebuild", "queued_withdrawals", "chosen_withdrawals", "withdrawals")
          .valued()
          .fromEvents("deposits")
          .ofStakers()
          .build();

  /** The newest rates and prices, for every strategy. */
  public static final Stage QUOTES = Stage.named("valuation").fromState("strategy_quotes").build();

  /** Totals over all operators. */
  public static final Stage TOTALS =
      Stage.named("valuation")
          .fromState("strategy_state")
          .fromState("operator_set_state")
          .fromState("avs_state")
          .fromState("list_counts")
          .fromState("operator_flags")
          .build();

  /**
   * The operators at the end of a day, staged in temporary tables that hide the state tables; never
   * written.
   */
  public static final Stage DAY_END =
      Stage.named("day_end")
          .like(QUOTES, "strategy_quotes")
          .like(PROTOCOL, "commission_defaults", "operator_set_strategies", "duration_vaults")
          .fromState("operators")
          .fromState("operator_delegator_shares")
          .fromState("operator_delegators")
          .fromState("operator_strategy_shares")
          .like(
              REBUILD,
              "operator_strategy_magnitudes",
              "operator_avs_registration_history",
              "operator_allocations",
              "operator_slashing_incidents",
              "operator_commission_history",
              "operator_avs_relationships",
              "operator_commission_rates")
          .unvalued(REBUILD, "operator_strategy_state", "operator_current_state")
          .build();

  /** Snapshots of a day, from the tables staged by {@link #DAY_END} and from the day before. */
  public static final Stage SNAPSHOT =
      Stage.named("snapshot")
          .fromState("strategy_daily_quotes")
          .fromState("operator_strategy_daily_snapshots")
          .fromState("strategy_daily_snapshots")
          .fromState("operator_daily_snapshots")
          .fromState("operator_avs_daily_snapshots")
          // late, because days that are taken in parallel wait for each other from here
          .periodsFromState("operator_allocation_periods")
          .periodsFromState("operator_commission_periods")
          .fromState("snapshot_days")
          .fromState("network_daily_aggregates")
          .build();

  /** Analytics computed from the snapshots of many days. */
  public static final Stage ANALYTICS =
      Stage.named("analytics")
          .fromState("volatility_metrics")
          .withSteps("constant_prices", "daily_returns")
          .fromState("concentration_metrics")
          .fromState("operator_analytics")
          .withSteps("constant_prices", "share_growth", "slash_losses", "risk_inputs")
          .fromState("network_daily_risk")
          .fromState("operator_set_daily_stakes")
          .fromState("avs_daily_stakes")
          .build();

  /** What submissions of rewards paid for a day, from share histories and snapshots. */
  public static final Stage REWARDS =
      Stage.named("rewards")
          .stagedSteps(
              "submission_days",
              "eligible_operators",
              "profile_strategies",
              "earners",
              "staker_weights",
              "operator_pools",
              "pay_sums")
          .fromState("operator_daily_rewards")
          .fromState("earner_days")
          .fromState("daily_reward_sums")
          .build();

  /**
   * Lets the planner of a transaction choose plans for {@link #REWARDS}. It knows neither how many
   * periods of shares hold on a day nor how many stakers a group has, and would sort millions of
   * rows that hash tables join and add faster.
   */
  public static void planRewards(Connection state) throws SQLException {
    Sql.update(
        state,
        """
        set local enable_mergejoin = off; set local enable_sort = off;
        set local hash_mem_multiplier = 6
        """);
  }

  /** Lets the planner of a transaction that planned for rewards sort again, as yields need it. */
  public static void planYields(Connection state) throws SQLException {
    Sql.update(state, "set local enable_sort = on");
  }

  /** Claims and rewards of an earner as of an earlier moment. */
  static final Stage PAST_EARNER =
      Stage.named("as_of").stagedSteps("rewards_claims", "earner_rewards").build();

  /** Claims and rewards of an operator as of an earlier moment, and what its days paid. */
  static final Stage PAST_OPERATOR_REWARDS =
      Stage.named("as_of")
          .stagedSteps("rewards_claims", "earner_rewards", "operator_daily_rewards")
          .build();

  /** What an AVS earned, and what days paid of an AVS or a strategy, as of an earlier moment. */
  static final Stage PAST_REWARDS =
      Stage.named("as_of")
          .stagedSteps("rewards_claims", "earner_rewards", "daily_reward_sums")
          .build();

  /** Members and stake of the operators of an AVS as of an earlier moment. */
  static final Stage PAST_AVS =
      Stage.named("as_of")
          .like(
              REBUILD,
              "operator_strategy_share_history",
              "operator_strategy_shares",
              "operator_strategy_magnitudes",
              "operator_avs_registration_history",
              "operator_allocations",
              "operator_avs_relationships",
              "operator_strategy_state")
          .fromState("operator_current_state")
          .valued()
          .like(REBUILD, "operator_figures")
          .like(TOTALS, "operator_set_state", "avs_state")
          .build();

  /** The same at the end of a day, whose stake is kept. */
  static final Stage PAST_AVS_DAY =
      Stage.named("as_of_day")
          .like(REBUILD, "operator_avs_registration_history", "operator_avs_relationships")
          .fromState("operator_current_state")
          .like(REBUILD, "operator_figures")
          .fromState("operator_set_state")
          .fromState("avs_state")
          .build();

  /** Stake in a strategy as of an earlier moment, over the operators that ever had it. */
  static final Stage PAST_STRATEGY =
      Stage.named("as_of")
          .like(REBUILD, "operator_delegator_share_history")
          .withOtherStep(
              "delegator_deltas",
              "delegator_shortfalls",
              "slashed_delegator_totals",
              "delegation_periods")
          .like(
              REBUILD,
              "operator_delegator_shares",
              "operator_strategy_share_history",
              "operator_strategy_shares",
              "operator_strategy_magnitudes",
              "operator_avs_registration_history",
              "operator_allocations",
              "operator_strategy_state")
          .like(TOTALS, "strategy_state")
          .build();

  /** The same at the end of a day, whose stake is kept. */
  static final Stage PAST_STRATEGY_DAY =
      Stage.named("as_of_day")
          .fromState("operator_strategy_state")
          .fromState("strategy_state")
          .build();

  /** The part of {@link #PROTOCOL} that an operator as of an earlier moment depends on. */
  static final Stage PAST_PROTOCOL =
      Stage.named("as_of")
          .like(
              PROTOCOL,
              "commission_defaults",
              "operator_sets",
              "operator_set_strategies",
              "duration_vaults",
              "slash_settlements",
              "avs",
              "strategy_event_rates",
              "strategy_event_tokens",
              "rewards_submissions")
          .build();

  /** Yields over windows that end on the newest day. */
  public static final Stage YIELDS =
      Stage.named("yields")
          .fromState("operator_yields")
          .withSteps("windows", "strategy_rewards", "window_sums")
          .build();

  /** Ranks of the operators, by their state and the newest analytics. */
  public static final Stage RANKS =
      Stage.named("ranks").fromState("operator_ranks").fromState("metric_figures").build();

  /**
   * Figures of days, by which operators are filtered and sorted. Only this stage updates the rows,
   * so it never waits for a batch of the rebuild.
   */
  public static final Stage FIGURES =
      Stage.named("figures").valuesOf(REBUILD, "operator_figures").build();

  public static final List<Stage> ALL =
      List.of(
          PROTOCOL, QUOTES, REBUILD, STAKERS, TOTALS, SNAPSHOT, ANALYTICS, REWARDS, YIELDS, RANKS);

  /**
   * Locks the ranks, which state updates and analytics both write: one waits for the other before
   * it reads.
   */
  public static void holdRanks(Connection state) throws SQLException {
    Sql.update(state, "lock table operator_ranks in share row exclusive mode");
  }

  private Stages() {}
}
