package dev.operatoranalytics.api;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Previews at the block before recorded slashes equal what the contracts emitted. */
@Tag("slow")
class RecordedSlashesTest {
  private static final Path CHAIN = Path.of("../shared/data/chain/events.jsonl.gz");
  private static final Path GOLDEN = Path.of("../shared/data/chain/golden.json.gz");
  private static final Path PREPROD =
      Path.of("../shared/data/eigenlayer/preprod_allocation_manager_events.jsonl");
  private static final BigInteger WAD = BigInteger.TEN.pow(18);
  private static final int DELAY = 40;
  private static final String NOBODY = "0x0000000000000000000000000000000000000000";
  private static final Set<String> OF_SLASHES =
      Set.of(
          "OperatorSlashed",
          "AllocationUpdated",
          "EncumberedMagnitudeUpdated",
          "MaxMagnitudeUpdated",
          "OperatorSharesDecreased",
          "OperatorSharesSlashed",
          "BurnOrRedistributableSharesIncreased",
          "OperatorDirectedAVSRewardsSubmissionCreated",
          "OperatorDirectedOperatorSetRewardsSubmissionCreated");

  @RegisterExtension
  static final DemoServer chain =
      new DemoServer(
              Map.of(
                  "pipeline.deallocation-delay-blocks", DELAY,
                  "pipeline.withdrawal-delay-blocks", DELAY,
                  "operator-analytics.limits.requests-per-minute", 1_000_000))
          .withEvents(CHAIN);

  @RegisterExtension
  static final DemoServer preprod =
      new DemoServer(Map.of("operator-analytics.limits.requests-per-minute", 1_000_000))
          .withEvents(PREPROD);

  /**
   * What the contracts emitted for one strategy of a slash.
   *
   * @param wad the smallest part of the allocation that takes what the slash took
   */
  private record Taken(
      String operator,
      String avs,
      String number,
      String strategy,
      long block,
      BigInteger wad,
      Map<String, String> figures) {
    String input() {
      return "{ avs: \"%s\", number: \"%s\", wad: \"%s\", strategies: [\"%s\"] }"
          .formatted(avs, number, wad, strategy);
    }
  }

  private static JsonMapper json(DemoServer server) {
    return server.bean(JsonMapper.class);
  }

  private static List<JsonNode> read(DemoServer server, Path file) throws IOException {
    var logs = new ArrayList<JsonNode>();
    var stream = Files.newInputStream(file);
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                file.toString().endsWith(".gz") ? new GZIPInputStream(stream) : stream,
                StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        logs.add(json(server).readValue(line, JsonNode.class));
      }
    }
    logs.sort(
        Comparator.comparingLong(RecordedSlashesTest::block)
            .thenComparingLong(log -> number(log.get("log_index")).longValueExact()));
    return logs;
  }

  private static long block(JsonNode log) {
    return number(log.get("block_number")).longValueExact();
  }

  private static BigInteger number(JsonNode value) {
    return new BigInteger(value.coerceStringValue());
  }

  private static String text(JsonNode log, String name) {
    return log.get("data").get(name).coerceStringValue();
  }

  /** Returns what each slash took of each strategy, in the order of the chain. */
  private static List<Taken> taken(List<JsonNode> logs) {
    var maxima = new HashMap<String, BigInteger>();
    var all = new ArrayList<Taken>();
    var companions = new ArrayList<JsonNode>();
    var transaction = "";
    for (var log : logs) {
      if (!log.get("tx_hash").getStringValue().equals(transaction)) {
        transaction = log.get("tx_hash").getStringValue();
        companions.clear();
      }
      if (!log.get("event").getStringValue().equals("OperatorSlashed")) {
        companions.add(log);
        continue;
      }
      var operator = text(log, "operator");
      var strategies = log.get("data").get("strategies");
      for (var place = 0; place < strategies.size(); place++) {
        var wadSlashed = log.get("data").get("wadSlashed").get(place).coerceStringValue();
        if (!wadSlashed.equals("0")) {
          var strategy = strategies.get(place).getStringValue();
          var figures = new TreeMap<String, String>();
          for (var companion : companions) {
            if (companion.get("data").get("strategy") != null
                && text(companion, "strategy").equals(strategy)) {
              switch (companion.get("event").getStringValue()) {
                case "MaxMagnitudeUpdated" ->
                    figures.put("maxAfter", text(companion, "maxMagnitude"));
                case "AllocationUpdated" -> {
                  if (text(companion, "effectBlock").equals(Long.toString(block(log)))) {
                    figures.put("magnitudeAfter", text(companion, "magnitude"));
                  }
                }
                case "OperatorSharesDecreased" -> {
                  if (text(companion, "staker").equals(NOBODY)) {
                    figures.put("sharesLost", text(companion, "shares"));
                  }
                }
                case "OperatorSharesSlashed" ->
                    figures.put("totalLost", text(companion, "totalSlashedShares"));
                default -> {}
              }
            }
          }
          var key = operator + strategy;
          var before = maxima.getOrDefault(key, WAD);
          var after = new BigInteger(Objects.requireNonNull(figures.get("maxAfter")));
          maxima.put(key, after);
          var magnitude = before.subtract(after).add(new BigInteger(figures.get("magnitudeAfter")));
          figures.put("maxBefore", before.toString());
          figures.put("magnitudeBefore", magnitude.toString());
          figures.put("wadSlashed", wadSlashed);
          var set = log.get("data").get("operatorSet");
          all.add(
              new Taken(
                  operator,
                  set.get("avs").getStringValue(),
                  set.get("id").coerceStringValue(),
                  strategy,
                  block(log),
                  before.subtract(after).multiply(WAD).divide(magnitude),
                  figures));
        }
      }
      companions.clear();
    }
    return all;
  }

  /** Previews slashes in turn as of the end of a block. */
  private static List<Map<String, String>> preview(
      DemoServer server, long block, List<Taken> slashes, Set<String> figures)
      throws IOException, InterruptedException {
    var answer =
        server.query(
            """
            { operator(address: "%s", asOf: { block: "%s" }) { slashPreviews(slashes: [%s]) {
                strategies { %s }
            } } }
            """
                .formatted(
                    slashes.getFirst().operator(),
                    block,
                    slashes.stream().map(Taken::input).collect(joining(", ")),
                    String.join(" ", figures)));
    assertThat(answer.get("errors")).as("%s", answer).isNull();
    var found = new ArrayList<Map<String, String>>();
    for (var slash : answer.get("data").get("operator").get("slashPreviews").values()) {
      assertThat(slash.get("strategies").size()).isLessThanOrEqualTo(1);
      if (slash.get("strategies").size() == 0) {
        found.add(Map.of());
        continue;
      }
      var row = new TreeMap<String, String>();
      for (var figure : slash.get("strategies").get(0).entries()) {
        row.put(figure.getKey(), figure.getValue().coerceStringValue());
      }
      found.add(row);
    }
    return found;
  }

  private static void assertPreviewed(DemoServer server, List<Taken> slashes) throws Exception {
    for (var slash : slashes) {
      var together =
          slashes.stream()
              .filter(
                  each -> each.operator().equals(slash.operator()) && each.block() == slash.block())
              .toList();
      assertThat(
              preview(server, slash.block() - 1, together, slash.figures().keySet())
                  .get(together.indexOf(slash)))
          .as("%s", slash)
          .isEqualTo(slash.figures());
    }
  }

  @Test
  void previews_equal_what_the_contracts_did() throws Exception {
    var slashes = taken(read(chain, CHAIN));
    assertThat(slashes).hasSize(26);
    assertThat(slashes)
        .allSatisfy(slash -> assertThat(slash.figures()).containsKeys("sharesLost", "totalLost"));
    assertPreviewed(chain, slashes);
  }

  @Test
  void previews_for_delegators_add_up_to_what_the_contracts_took() throws Exception {
    var slashes = taken(read(chain, CHAIN));
    var queues = 0;
    for (var slash : slashes) {
      if (slashes.stream()
              .filter(
                  each -> each.operator().equals(slash.operator()) && each.block() == slash.block())
              .count()
          > 1) {
        continue;
      }
      var answer =
          chain.query(
              """
              { operator(address: "%s", asOf: { block: "%d" }) {
                  slashPreviews(slashes: [%s]) {
                    strategies { sharesLost queuedLost }
                    delegators { aggregate { count sharesLost { sum } queuedLost { sum } totalLost { sum } } }
              } } }
              """
                  .formatted(slash.operator(), slash.block() - 1, slash.input()));
      assertThat(answer.get("errors")).as("%s", answer).isNull();
      var preview = answer.get("data").get("operator").get("slashPreviews").get(0);
      var strategy = preview.get("strategies").get(0);
      var sums = preview.get("delegators").get("aggregate");
      var rows = number(sums.get("count"));
      if (rows.signum() == 0) {
        // what rounding left to the operator when all delegators had left
        assertThat(number(strategy.get("sharesLost"))).isLessThan(BigInteger.valueOf(1_000));
        continue;
      }
      var rounding = rows.multiply(BigInteger.TWO).add(BigInteger.TEN);
      for (var figure : List.of("sharesLost", "queuedLost")) {
        assertThat(number(sums.get(figure).get("sum")))
            .as("%s of %s", figure, slash)
            .isCloseTo(number(strategy.get(figure)), within(rounding));
      }
      assertThat(number(sums.get("totalLost").get("sum")))
          .isCloseTo(
              new BigInteger(slash.figures().get("totalLost")), within(rounding.shiftLeft(1)));
      queues += number(strategy.get("queuedLost")).signum();
    }
    assertThat(queues).isPositive();
  }

  @Test
  void losses_of_delegators_add_up_to_what_each_slash_took() throws Exception {
    var slashed =
        chain
            .tables()
            .rows(
                """
                select
                    operator_id, safe_block, transaction_hash, amounts.strategy_id,
                    sum(amounts.shares)
                from operator_slashing_amounts as amounts
                cross join pipeline_checkpoints
                where wad_slashed > 0
                group by operator_id, safe_block, transaction_hash, strategy_id
                order by operator_id
                """);
    for (var amount : slashed) {
      // as of a moment, the delay is that of the recorded chain
      var past =
          chain.query(
              """
              { operator(address: "%s", asOf: { block: "%s" }) { slashLosses { groups(by: [TRANSACTION_HASH, STRATEGY]) {
                  keys aggregate { count totalLost { sum } }
              } } } }
              """
                  .formatted(amount.get(0), amount.get(1)));
      assertThat(past.get("errors")).as(chain.write(past)).isNull();
      var sum = BigInteger.ZERO;
      var rows = BigInteger.ZERO;
      for (var group : past.get("data").get("operator").get("slashLosses").get("groups").values()) {
        if (group.get("keys").get(0).getStringValue().equals(amount.get(2))
            && group.get("keys").get(1).getStringValue().equals(amount.get(3))) {
          sum = number(group.get("aggregate").get("totalLost").get("sum"));
          rows = number(group.get("aggregate").get("count"));
        }
      }
      // the contracts round the operator's shares on their own: when all delegators of a strategy
      // have left, some hundred of its 10^18 parts remain, which no delegator loses
      assertThat(sum.subtract(new BigInteger(amount.get(4))).abs())
          .as("%s", amount)
          .isLessThan(
              rows.signum() == 0
                  ? BigInteger.valueOf(1_000)
                  : rows.multiply(BigInteger.TWO).add(BigInteger.TEN));
    }
    assertThat(slashed).hasSizeGreaterThan(20);
    var answer =
        chain.query(
            """
            {
              slashLosses(first: 1) {
                totalCount aggregate { totalLost { sum } }
                groups(by: OPERATOR, first: 1) {
                  keys aggregate { count queuedLost { sum } }
                }
                nodes {
                  sharesStatus settlementStatus
                  operator { slashLosses { totalCount } slashSettlements { totalCount } }
                  operatorSet { slashLosses { totalCount } }
                  delegator { slashLosses { nodes { totalLost lostUsd } } }
                }
              }
            }
            """);
    assertThat(answer.get("errors")).as(chain.write(answer)).isNull();
    var losses = answer.get("data").get("slashLosses");
    assertThat(losses.get("aggregate").get("totalLost").get("sum").coerceStringValue())
        .isEqualTo(
            chain
                .tables()
                .rows("select sum(shares_lost + queued_lost) from operator_slash_losses")
                .getFirst()
                .getFirst());
    assertThat(losses.get("nodes").get(0).get("operator").get("slashLosses").get("totalCount"))
        .isNotEqualTo(losses.get("totalCount"));
  }

  @Test
  void previews_begin_with_what_delegators_can_withdraw() throws Exception {
    JsonNode golden;
    try (var stream = new GZIPInputStream(Files.newInputStream(GOLDEN))) {
      golden = json(chain).readValue(stream.readAllBytes(), JsonNode.class).get("golden");
    }
    var compared = 0;
    var comparedQueues = 0;
    for (var place = golden.size() - 5; place < golden.size(); place++) {
      var then = golden.get(place);
      for (var operator : then.get("operators").entries()) {
        for (var preview : previews(operator.getKey(), then)) {
          var strategies = new ArrayList<String>();
          preview
              .get("strategies")
              .values()
              .forEach(
                  each -> strategies.add(each.get("strategy").get("address").getStringValue()));
          var wanted = withdrawable(then.get("stakers"), operator.getKey(), strategies);
          assertThat(figures(preview, "sharesBefore"))
              .as("%s at %s", operator.getKey(), then.get("block"))
              .isEqualTo(wanted);
          compared += wanted.size();
          var queued = queued(then, operator.getKey(), strategies);
          assertThat(figures(preview, "queuedBefore"))
              .as("queue of %s at %s", operator.getKey(), then.get("block"))
              .isEqualTo(queued);
          comparedQueues += queued.size();
        }
      }
    }
    assertThat(comparedQueues).isPositive();
    assertThat(compared).isGreaterThan(100);
  }

  /** Previews by all operator sets as of one block. */
  private static List<JsonNode> previews(String operator, JsonNode then) throws Exception {
    var fields = new StringBuilder();
    for (var set : then.get("sets").entries()) {
      var parts = set.getKey().split("-");
      fields.append(
          """
          s%s: slashPreview(avs: "%s", number: "%s", wad: "%s") {
            strategies { strategy { address } }
            delegators(first: 500) { nodes { address strategy { address } sharesBefore queuedBefore } }
          }
          """
              .formatted(fields.length(), parts[0], parts[1], WAD));
    }
    var answer =
        chain.query(
            "{ operator(address: \"%s\", asOf: { block: \"%s\" }) { %s } }"
                .formatted(operator, then.get("block").coerceStringValue(), fields));
    assertThat(answer.get("errors")).as(chain.write(answer)).isNull();
    var found = new ArrayList<JsonNode>();
    answer.get("data").get("operator").values().forEach(found::add);
    found.removeIf(JsonNode::isNull);
    return found;
  }

  /** A figure of each delegator and strategy, where it is not 0. */
  private static Map<String, String> figures(JsonNode preview, String name) {
    var figures = new TreeMap<String, String>();
    for (var delegator : preview.get("delegators").get("nodes").values()) {
      figures.put(
          delegator.get("address").getStringValue()
              + " "
              + delegator.get("strategy").get("address").getStringValue(),
          delegator.get(name).coerceStringValue());
    }
    figures.values().removeIf("0"::equals);
    return figures;
  }

  /** What queued withdrawals are worth that a slash in the next block would reach. */
  private static Map<String, String> queued(
      JsonNode then, String operator, List<String> strategies) {
    var sums = new TreeMap<String, BigInteger>();
    for (var staker : then.get("stakers").entries()) {
      for (var withdrawal : staker.getValue().get("queued").values()) {
        if (withdrawal.get("operator").getStringValue().equals(operator)
            && withdrawal.get("startBlock").getLongValue() + DELAY
                > then.get("block").getLongValue()) {
          for (var place = 0; place < withdrawal.get("strategies").size(); place++) {
            var strategy = withdrawal.get("strategies").get(place).getStringValue();
            if (strategies.contains(strategy)) {
              sums.merge(
                  staker.getKey() + " " + strategy,
                  number(withdrawal.get("shares").get(place)),
                  BigInteger::add);
            }
          }
        }
      }
    }
    var queued = new TreeMap<String, String>();
    sums.forEach((key, sum) -> queued.put(key, sum.toString()));
    queued.values().removeIf("0"::equals);
    return queued;
  }

  private static Map<String, String> withdrawable(
      JsonNode stakers, String operator, List<String> strategies) {
    var wanted = new TreeMap<String, String>();
    for (var staker : stakers.entries()) {
      if (staker.getValue().get("delegatedTo").getStringValue().equals(operator)) {
        for (var shares : staker.getValue().get("withdrawable").entries()) {
          if (strategies.contains(shares.getKey())) {
            wanted.put(
                staker.getKey() + " " + shares.getKey(), shares.getValue().coerceStringValue());
          }
        }
      }
    }
    wanted.values().removeIf("0"::equals);
    return wanted;
  }

  @Test
  void previews_equal_magnitudes_of_preprod() throws Exception {
    var slashes = taken(read(preprod, PREPROD));
    assertThat(slashes).hasSizeGreaterThan(15);
    assertPreviewed(preprod, slashes);
  }

  @Test
  void previews_of_slashes_in_turn_equal_what_the_contracts_did() throws Exception {
    var logs = read(chain, CHAIN);
    var slashes = taken(logs);
    var compared = 0;
    for (var first : slashes) {
      for (var second : slashes) {
        if (second.operator().equals(first.operator())
            && second.strategy().equals(first.strategy())
            && second.block() > first.block()
            && isQuiet(logs, first, second)) {
          var previews =
              preview(
                  chain,
                  first.block() - 1,
                  List.of(first, second),
                  Set.of("maxBefore", "maxAfter", "magnitudeAfter", "wadSlashed", "sharesLost"));
          // an allocation may have come into force between the slashes
          if (!previews.getLast().isEmpty()) {
            assertThat(second.figures()).containsAllEntriesOf(previews.getLast());
            compared++;
          }
        }
      }
    }
    assertThat(compared).isPositive();
  }

  /** Whether nothing but slashes changed the operator between two slashes. */
  private static boolean isQuiet(List<JsonNode> logs, Taken first, Taken second)
      throws IOException {
    for (var log : logs) {
      if (block(log) > first.block()
          && block(log) < second.block()
          && !OF_SLASHES.contains(log.get("event").getStringValue())
          && chain.write(log).contains(first.operator())) {
        return false;
      }
    }
    return true;
  }
}
