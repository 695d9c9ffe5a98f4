package dev.operatoranalytics.pipeline;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A random history of a few operators over some days that follows the protocol: stakers join and
 * leave, stake is allocated in advance and slashed, commissions are announced. A seed always gives
 * the same history.
 */
final class RandomHistory {
  static final long BLOCKS_A_DAY = 7_200;
  private static final List<String> OPERATORS = List.of("alice", "bob", "carol", "dave", "erin");
  private static final List<String> STRATEGIES = List.of("stETH", "USDC", "unpriced");
  private static final BigInteger WAD = BigInteger.TEN.pow(18);

  private final Random random;
  private final List<Happening> happenings = new ArrayList<>();
  private final Map<String, String> operatorOf = new HashMap<>();
  private final TreeMap<String, BigInteger> sharesOf = new TreeMap<>();
  private final Map<String, BigInteger> maxima = new HashMap<>();
  private final Map<String, Boolean> members = new HashMap<>();

  /** A row of an event table, as {@link Tables#given} takes it. */
  record Happening(long block, String table, String columns, String values) {

    void in(Tables tables) {
      tables.given(table, "block_number | %s%n%s | %s".formatted(columns, block, values));
    }
  }

  RandomHistory(long seed, int days, int perDay) {
    random = new Random(seed);
    for (var i = 0; i < days * perDay; i++) {
      var block = (i * BLOCKS_A_DAY) / perDay + random.nextInt((int) BLOCKS_A_DAY / perDay);
      happen(block);
    }
    // an event of the next day ends the last day
    add(
        days * BLOCKS_A_DAY + 5,
        "deposit_events",
        "staker_id | strategy_id | shares",
        "s0 | stETH | 1");
    happenings.sort(Comparator.comparingLong(Happening::block));
  }

  List<Happening> all() {
    return happenings;
  }

  /**
   * Whether a row can arrive days late without a failing check meanwhile. Shares that a slash is
   * computed from cannot, nor shares that are withdrawn before they arrive.
   */
  boolean canBeLate(Happening happening) {
    return !happening.table().equals("operator_slashed_events")
        && !happening.table().equals("max_magnitude_updated_events")
        && !happening.values().endsWith("INCREASED")
        && maxima.keySet().stream()
            .noneMatch(
                slashed ->
                    happening.table().equals("operator_share_events")
                        && happening.values().contains(slashed.split("/", 2)[0] + " ")
                        && happening.values().contains(slashed.split("/", 2)[1] + " "));
  }

  private void happen(long block) {
    switch (random.nextInt(12)) {
      case 0, 1 -> delegate(block);
      case 2, 3, 4 -> deposit(block);
      case 5 -> withdraw(block);
      case 6 -> leave(block);
      case 7 -> slash(block);
      case 8 -> allocate(block);
      case 9 -> announceCommission(block);
      case 10 -> joinOrLeaveSet(block);
      default -> changeProtocol(block);
    }
  }

  private void delegate(long block) {
    var staker = "s" + random.nextInt(14);
    if (operatorOf.containsKey(staker)) {
      return;
    }
    var operator = pick(OPERATORS);
    operatorOf.put(staker, operator);
    add(
        block,
        "staker_delegation_events",
        "operator_id | staker_id | delegation_type",
        "%s | %s | DELEGATED".formatted(operator, staker));
    change(block, operator, staker, pick(STRATEGIES), amount());
  }

  private void deposit(long block) {
    var staker = "s" + random.nextInt(14);
    var operator = operatorOf.get(staker);
    if (operator != null) {
      change(block, operator, staker, pick(STRATEGIES), amount());
    }
  }

  private void withdraw(long block) {
    var staker = "s" + random.nextInt(14);
    var operator = operatorOf.get(staker);
    var strategy = pick(STRATEGIES);
    if (operator != null && !isSlashed(operator, strategy)) {
      var held = sharesOf.getOrDefault(key(operator, staker, strategy), BigInteger.ZERO);
      if (held.signum() > 0) {
        change(block, operator, staker, strategy, held.shiftRight(1).add(BigInteger.ONE).negate());
      }
    }
  }

  private void leave(long block) {
    var staker = "s" + random.nextInt(14);
    var operator = operatorOf.remove(staker);
    if (operator == null) {
      return;
    }
    add(
        block,
        "staker_delegation_events",
        "operator_id | staker_id | delegation_type",
        "%s | %s | UNDELEGATED".formatted(operator, staker));
    for (var strategy : STRATEGIES) {
      var held = sharesOf.getOrDefault(key(operator, staker, strategy), BigInteger.ZERO);
      if (held.signum() > 0) {
        change(block, operator, staker, strategy, held.negate());
      }
    }
  }

  /** Takes 10 % of the shares of each delegator. */
  private void slash(long block) {
    var operator = pick(OPERATORS);
    var strategy = pick(STRATEGIES);
    var total = BigInteger.ZERO;
    var held = new ArrayList<String>();
    for (var key : sharesOf.keySet()) {
      if (key.startsWith(operator + "/") && key.endsWith("/" + strategy)) {
        total = total.add(sharesOf.get(key));
        held.add(key);
      }
    }
    if (total.signum() == 0 || random.nextInt(3) > 0) {
      return;
    }
    for (var key : held) {
      sharesOf.computeIfPresent(key, (k, shares) -> tenthLess(shares));
    }
    var maximum = tenthLess(maxima.getOrDefault(operator + "/" + strategy, WAD));
    maxima.put(operator + "/" + strategy, maximum);
    var transaction = "slash" + block;
    add(
        block,
        "operator_share_events",
        "transaction_hash | operator_id | staker_id | strategy_id | shares | event_type",
        "%s | %s | 0x0000000000000000000000000000000000000000 | %s | %s | DECREASED"
            .formatted(transaction, operator, strategy, total.divide(BigInteger.TEN)));
    add(
        block,
        "max_magnitude_updated_events",
        "transaction_hash | operator_id | strategy_id | max_magnitude",
        "%s | %s | %s | %s".formatted(transaction, operator, strategy, maximum));
    add(
        block,
        "operator_slashed_events",
        "transaction_hash | operator_id | operator_set_id | strategies | wad_slashed | description",
        "%s | %s | eigenDA-0 | {%s} | {100000000000000000} | late"
            .formatted(transaction, operator, strategy));
  }

  private void allocate(long block) {
    var ahead = random.nextBoolean() ? 0 : random.nextLong(3 * BLOCKS_A_DAY);
    add(
        block,
        "allocation_events",
        "operator_id | operator_set_id | strategy_id | magnitude | effect_block",
        "%s | eigenDA-%s | %s | %s | %s"
            .formatted(
                pick(OPERATORS),
                random.nextInt(2),
                pick(STRATEGIES),
                random.nextInt(4) * 100_000_000_000_000_000L,
                block + ahead));
  }

  private void announceCommission(long block) {
    var activates = Tables.timeOf(block).plusSeconds(random.nextInt(4 * 86_400)).getEpochSecond();
    add(
        block,
        "operator_pi_split_bips_set_events",
        "caller | operator_id | activated_at | old_operator_pi_split_bips |"
            + " new_operator_pi_split_bips",
        "anyone | %s | %s | 1000 | %s"
            .formatted(pick(OPERATORS), activates, random.nextInt(10_000)));
  }

  private void joinOrLeaveSet(long block) {
    var operator = pick(OPERATORS);
    var set = "eigenDA-" + random.nextInt(2);
    var joins = !members.getOrDefault(operator + set, false);
    members.put(operator + set, joins);
    add(
        block,
        joins
            ? "operator_added_to_operator_set_events"
            : "operator_removed_from_operator_set_events",
        "operator_id | operator_set_id",
        "%s | %s".formatted(operator, set));
  }

  private void changeProtocol(long block) {
    if (random.nextInt(4) == 0) {
      add(
          block,
          "default_operator_split_bips_set_events",
          "old_default_operator_split_bips | new_default_operator_split_bips",
          "1000 | " + random.nextInt(2_000));
      return;
    }
    add(
        block,
        "strategy_operator_set_events",
        "operator_set_id | strategy_id | event_type",
        "eigenDA-%s | %s | %s"
            .formatted(
                random.nextInt(2), pick(STRATEGIES), random.nextInt(4) == 0 ? "REMOVED" : "ADDED"));
  }

  private void change(
      long block, String operator, String staker, String strategy, BigInteger delta) {
    sharesOf.merge(key(operator, staker, strategy), delta, BigInteger::add);
    add(
        block,
        "operator_share_events",
        "operator_id | staker_id | strategy_id | shares | event_type",
        "%s | %s | %s | %s | %s"
            .formatted(
                operator,
                staker,
                strategy,
                delta.abs(),
                delta.signum() > 0 ? "INCREASED" : "DECREASED"));
  }

  private boolean isSlashed(String operator, String strategy) {
    return maxima.containsKey(operator + "/" + strategy);
  }

  private static BigInteger tenthLess(BigInteger amount) {
    return amount
        .subtract(amount.divide(BigInteger.TEN))
        .subtract(BigInteger.ONE)
        .max(BigInteger.ZERO);
  }

  private BigInteger amount() {
    return BigInteger.valueOf(random.nextLong(1, 1_000_000_000_000_000_000L));
  }

  private static String key(String operator, String staker, String strategy) {
    return operator + "/" + staker + "/" + strategy;
  }

  private String pick(List<String> some) {
    return some.get(random.nextInt(some.size()));
  }

  private void add(long block, String table, String columns, String values) {
    happenings.add(new Happening(block, table, columns, values));
  }
}
