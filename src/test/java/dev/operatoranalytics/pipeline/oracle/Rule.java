package dev.operatoranalytics.pipeline.oracle;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Situations in a history that affect a state. */
public enum Rule {
  SHARES_INCREASED,
  SHARES_DECREASED,
  DELEGATED,
  DELEGATED_AGAIN,
  UNDELEGATED,
  FORCE_UNDELEGATED,
  WITHDRAWAL_QUEUED,
  WITHDRAWAL_COMPLETED,
  WITHDRAWAL_SLASHED,
  BEACON_CHAIN_SLASHED,
  WITHDRAWAL_LOST_ON_BEACON_CHAIN,
  ALLOCATED_AT_ONCE,
  RAISE_ANNOUNCED,
  FALL_ANNOUNCED,
  ANNOUNCEMENT_TOOK_EFFECT,
  ANNOUNCEMENT_PENDING_AT_HEAD,
  RAISE_LOWERED_BY_SLASH,
  FALL_RESTATED_BY_SLASH,
  MAXIMUM_FELL,
  MAXIMUM_FELL_TO_ZERO,
  HOLDER_SLASHED,
  RECEIVED_AFTER_A_SLASH,
  SLASHED,
  SLASHED_TWICE_IN_ONE_TRANSACTION,
  SLASHED_NOTHING,
  SLASHED_SEVERAL_STRATEGIES,
  SLASHER_REPLACED_BEFORE_ITS_BLOCK,
  SLASHER_TOOK_EFFECT,
  SLASHER_PENDING_AT_HEAD,
  SLASH_PENDING,
  SLASH_CLEARABLE,
  SLASH_BURNED,
  SLASH_REDISTRIBUTED,
  OPERATOR_SET_JOINED,
  OPERATOR_SET_LEFT,
  OPERATOR_SET_JOINED_AGAIN,
  SLASHABLE_AFTER_LEAVING,
  STRATEGY_REMOVED_FROM_SET,
  DIRECTORY_REGISTERED,
  DIRECTORY_UNREGISTERED,
  PI_SPLIT_SET,
  AVS_SPLIT_SET,
  OPERATOR_SET_SPLIT_SET,
  SPLIT_UPCOMING,
  FIRST_SPLIT_STILL_WAITS,
  DEFAULT_SPLIT_SET;

  /** How often each rule was applied. */
  public static final class Tally {
    private final Map<Rule, Integer> counts = new EnumMap<>(Rule.class);

    Tally() {
      for (var rule : values()) {
        counts.put(rule, 0);
      }
    }

    void count(Rule rule) {
      counts.merge(rule, 1, Integer::sum);
    }

    void countIf(boolean holds, Rule rule) {
      if (holds) {
        count(rule);
      }
    }

    public Map<Rule, Integer> counts() {
      return Collections.unmodifiableMap(counts);
    }
  }
}
