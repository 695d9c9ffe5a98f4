package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.pipeline.StageTable.RowSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the tables; its select returns the rows that break it.
 *
 * @param name also the name of its file below {@code src/main/sql/checks}
 * @param asset the table that the rule applies to
 * @param isBlocking whether days leave out the operators that break it, and wait while the check
 *     cannot be read
 */
public record Check(
    String name,
    String asset,
    Severity severity,
    boolean isBlocking,
    RowSource source,
    SqlFile select) {

  /** Whether rows that break it are errors. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** How a check ended. */
  public enum CheckStatus {
    PASSED,
    FAILED,
    UNREADABLE
  }

  /**
   * The outcome of a check.
   *
   * @param failingRows null when the check itself failed
   * @param sample the first failing rows as JSON, or why the check failed
   * @param blocked operators that break it, when it is blocking
   */
  public record CheckResult(
      Check check,
      CheckStatus status,
      @Nullable Long failingRows,
      List<String> sample,
      Set<String> blocked) {

    /** Whether it failed and is an error, not a warning. */
    public boolean isError() {
      return status != CheckStatus.PASSED && check.severity == Severity.ERROR;
    }
  }

  public static final List<Check> ALL =
      List.of(
          blocking("delegator_shares_have_strategy_state", "operator_strategy_state"),
          blocking("delegators_within_operator_shares", "operator_delegator_shares"),
          blocking("slashes_are_counted_once", "operator_current_state"),
          error("one_delegation_per_staker", "operator_delegators", RowSource.STATE),
          error("active_delegators_hold_shares", "operator_delegators", RowSource.STATE),
          error("encumbered_within_maximum", "operator_strategy_state", RowSource.STATE),
          error("maximum_never_rises", "operator_strategy_magnitudes", RowSource.EVENTS),
          error("slashes_match_maximum", "operator_slashing_amounts", RowSource.STATE),
          error("price_sources_agree", "token_prices", RowSource.STATE),
          warning("share_histories_are_whole", "operator_strategy_state"),
          error("days_have_partitions", "operator_daily_snapshots", RowSource.STATE),
          error("maximum_falls_by_slashes", "operator_slashing_incidents", RowSource.EVENTS),
          error("transactions_are_in_one_block", "events", RowSource.EVENTS),
          error("blocks_have_one_hash_and_time", "events", RowSource.EVENTS),
          error("logs_have_their_place_alone", "events", RowSource.EVENTS),
          error("block_times_are_possible", "events", RowSource.EVENTS),
          error("nodes_lose_no_logs", "events", RowSource.STATE),
          warning("epochs_follow_each_other", "epochs"),
          warning("epochs_have_one_document", "epochs"),
          warning("epoch_documents_are_readable", "epoch_issues"),
          warning("epoch_end_blocks_rise", "epochs"),
          warning("epoch_stakes_sum_up", "epochs"),
          warning("epoch_shares_within_stake", "epoch_quality"),
          warning("chain_share_prices_never_rise", "epoch_quality"),
          warning("chain_share_prices_follow_from_stake", "epoch_quality"),
          warning("chain_share_prices_agree", "chain_share_prices"),
          new Check(
              "source_has_indexes",
              "events",
              Severity.WARNING,
              false,
              RowSource.EVENTS,
              SqlFile.load("checks", "source_has_indexes")));

  private static Check blocking(String name, String asset) {
    return new Check(
        name, asset, Severity.ERROR, true, RowSource.STATE, SqlFile.load("checks", name));
  }

  private static Check warning(String name, String asset) {
    return new Check(
        name, asset, Severity.WARNING, false, RowSource.STATE, SqlFile.load("checks", name));
  }

  private static Check error(String name, String asset, RowSource source) {
    return new Check(name, asset, Severity.ERROR, false, source, SqlFile.load("checks", name));
  }
}
