package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.pipeline.oracle.Log;
import dev.operatoranalytics.pipeline.oracle.Oracle;
import dev.operatoranalytics.pipeline.oracle.Rows;
import dev.operatoranalytics.source.demo.RandomHistories;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five hundred random histories whose logs arrive out of order, some twice, and in parts. {@code
 * -Dhistories.seed=} repeats one that failed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class RandomHistoriesTest {
  private static final long SEED = Long.getLong("histories.seed", System.nanoTime());
  private static final int HISTORIES = Integer.getInteger("histories.count", 500);
  private static final int PIECES = 3;
  private static final BigInteger DUST = BigInteger.valueOf(20);
  private static final BigInteger WAD = BigInteger.TEN.pow(18);

  @TempDir private static Path directory;

  @AutoClose private final RealTables tables = new RealTables();
  private RandomHistories histories;
  private List<Log> logs;
  private RebuildBounds head;

  @BeforeAll
  void play() throws Exception {
    System.out.printf("random histories: -Dhistories.seed=%d%n", SEED);
    histories = new RandomHistories(SEED, HISTORIES);
    logs = histories.lines().stream().map(Log::parse).toList();
    head = Tables.horizon(logs.getLast().block(), Instant.ofEpochSecond(logs.getLast().time()));
    for (var piece : pieces()) {
      assertThat(tables.importEvents(piece).rejected()).isZero();
      repeatSlashesAsTheLoaderDoes();
      tables.updateWhatChanged();
    }
  }

  @Test
  void the_state_equals_a_fold_of_the_same_logs() {
    var oracle = new Oracle(logs, head);

    assertAgree(Rows.held(tables::rows), oracle.rows());

    System.out.printf("%d logs of %d histories exercised%n", logs.size(), HISTORIES);
    oracle.exercised().forEach((rule, times) -> System.out.printf("  %-34s %7d%n", rule, times));
    assertThat(oracle.exercised()).allSatisfy((rule, times) -> assertThat(times).isPositive());
  }

  @Test
  void the_state_as_of_an_earlier_block_equals_a_fold_up_to_it() {
    var last = logs.get(new Random(SEED).nextInt(logs.size()));
    var horizon = Tables.horizon(last.block(), Instant.ofEpochSecond(last.time()));
    var some = Set.copyOf(new Oracle(logs, head).operators().stream().limit(200).toList());

    tables.tables().rebuild(horizon, some);
    try {
      assertAgree(
          Rows.held(tables::rows).ofOperators(some),
          new Oracle(logs, horizon).rows().ofOperators(some));
    } finally {
      tables.tables().rebuild(head, some);
    }
  }

  @Test
  void delegator_shares_equal_those_of_the_contracts_except_for_dust() {
    var held = amounts(Rows.held(tables::rows).of("operator_delegator_shares"));
    var withdrawable = histories.withdrawable();
    var rounding = rounding();
    var factors = beaconChainFactors();
    var keys = new TreeSet<>(held.keySet());
    keys.addAll(withdrawable.keySet());
    for (var key : keys) {
      var shares = held.getOrDefault(key, BigInteger.ZERO);
      var dust =
          rounding
              .getOrDefault(key, BigInteger.ZERO)
              .divide(factors.getOrDefault(key, WAD))
              .add(DUST);
      assertThat(shares.subtract(withdrawable.getOrDefault(key, BigInteger.ZERO)).abs())
          .as(key)
          .isLessThanOrEqualTo(dust);
    }
  }

  @Test
  void withdrawable_shares_of_all_stakers_equal_those_of_the_contracts() {
    var held = new TreeMap<String, BigInteger>();
    for (var row :
        tables.rows(
            """
            select
                staker_id || ' ' || strategy_id,
                withdrawable_shares(
                    deposit_shares, deposit_scaling_factor, coalesce(max_magnitude, 1e18),
                    coalesce(beacon_chain_factor, 1e18)
                )
            from staker_strategy_shares
            left join (
                select operator_id, staker_id from operator_delegators where is_delegated
            ) as delegation using (staker_id)
            left join operator_strategy_magnitudes using (operator_id, strategy_id)
            """)) {
      var shares = new BigInteger(row.get(1));
      if (shares.signum() > 0) {
        held.put(row.get(0), shares);
      }
    }

    assertThat(held).isEqualTo(histories.withdrawableByStaker());
  }

  @Test
  void pods_hold_what_their_owners_deposited() {
    var held = new TreeMap<String, BigInteger>();
    for (var row :
        tables.rows(
            """
            select pods.staker_id, shares.deposit_shares
            from eigen_pods as pods
            join staker_strategy_shares as shares
                on shares.staker_id = pods.staker_id
                and shares.strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
            where pods.pod_id is not null
            """)) {
      held.put(row.get(0), new BigInteger(row.get(1)));
    }

    assertThat(held).isNotEmpty().isEqualTo(histories.pods());
  }

  @Test
  void all_checks_of_the_tables_pass() throws Exception {
    for (var result : tables.checks()) {
      assertThat(result.isError()).as(result.toString()).isFalse();
    }
  }

  /**
   * Shares of a slashed delegator may differ by one, because each quotient of a sum is rounded
   * down.
   */
  private static void assertAgree(Rows held, Rows expected) {
    var name = "operator_delegator_shares";
    var others = new TreeMap<>(held.tables());
    var expectedOthers = new TreeMap<>(expected.tables());
    others.remove(name);
    expectedOthers.remove(name);
    expectedOthers.forEach(
        (table, rows) -> assertSame(table, Objects.requireNonNull(others.get(table), table), rows));
    var amounts = amounts(held.of(name));
    var expectedAmounts = amounts(expected.of(name));
    assertThat(amounts.keySet()).isEqualTo(expectedAmounts.keySet());
    amounts.forEach(
        (key, amount) ->
            assertThat(amount.subtract(expectedAmounts.get(key)).abs())
                .as(key)
                .isLessThanOrEqualTo(BigInteger.ONE));
  }

  private static void assertSame(
      String table, Map<String, String> held, Map<String, String> expected) {
    var differences = new ArrayList<String>();
    var keys = new TreeSet<>(held.keySet());
    keys.addAll(expected.keySet());
    for (var key : keys) {
      if (!String.valueOf(held.get(key)).equals(expected.get(key))) {
        differences.add(
            "%s: %s, the fold says %s".formatted(key, held.get(key), expected.get(key)));
      }
    }
    assertThat(differences.stream().limit(5))
        .as("%s: %d differ", table, differences.size())
        .isEmpty();
  }

  private static Map<String, BigInteger> amounts(SortedMap<String, String> rows) {
    var amounts = new TreeMap<String, BigInteger>();
    rows.forEach((key, cells) -> amounts.put(key, new BigInteger(cells.split(" ", 2)[0])));
    return amounts;
  }

  /**
   * At each receipt, the contract rounds by up to two parts in 1e18 of all shares ever received.
   */
  private Map<String, BigInteger> rounding() {
    var sums = new TreeMap<String, BigInteger>();
    for (var row :
        tables
            .tables()
            .eventRows(
                """
                select operator_id || ' ' || staker_id || ' ' || strategy_id, 2 * count(*) * sum(shares)
                from operator_share_events
                where event_type = 'INCREASED'
                group by 1
                """)) {
      sums.put(row.get(0), new BigInteger(row.get(1)));
    }
    return sums;
  }

  /**
   * What slashes left of native ETH, in wads. The contracts multiply the factors of the beacon
   * chain and of the operator and round the product down, so a smaller one has larger parts.
   */
  private Map<String, BigInteger> beaconChainFactors() {
    var factors = new TreeMap<String, BigInteger>();
    for (var row :
        tables.rows(
            """
            select
                operator_id || ' ' || staker_id || ' ' || strategy_id,
                div(coalesce(max_magnitude, 1e18) * beacon_chain_factor, 1e18)
            from operator_delegator_shares
            join staker_strategy_shares using (staker_id, strategy_id)
            left join operator_strategy_magnitudes using (operator_id, strategy_id)
            where beacon_chain_factor < 1e18
            """)) {
      factors.put(row.get(0), new BigInteger(row.get(1)).max(BigInteger.ONE));
    }
    return factors;
  }

  /** The loader writes a row of 'SLASHED' in addition to that of the zero address. */
  private void repeatSlashesAsTheLoaderDoes() {
    tables
        .tables()
        .execute(
            tables.tables().events(),
            """
            insert into operator_share_events
                (id, transaction_hash, log_index, block_number, block_timestamp, operator_id,
                 staker_id, strategy_id, shares, event_type)
            select
                id || '-slashed', transaction_hash, log_index, block_number, block_timestamp,
                operator_id, 'SLASHED', strategy_id, shares, event_type
            from operator_share_events
            where staker_id = '0x0000000000000000000000000000000000000000'
            on conflict do nothing
            """);
  }

  private List<Path> pieces() throws Exception {
    var random = new Random(SEED);
    var lines = new ArrayList<>(histories.lines());
    Collections.shuffle(lines, random);
    var pieces = new ArrayList<Path>();
    for (var i = 0; i < PIECES; i++) {
      var piece =
          new ArrayList<>(
              lines.subList(i * lines.size() / PIECES, (i + 1) * lines.size() / PIECES));
      var again = random.nextInt(lines.size() * 9 / 10);
      piece.addAll(lines.subList(again, again + lines.size() / 10));
      pieces.add(Files.write(directory.resolve("piece-%d.jsonl".formatted(i)), piece));
    }
    return pieces;
  }
}
