package dev.operatoranalytics.api;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What slashes would take. */
class SlashPreviewTest {
  private static final Path VECTORS = Path.of("../shared/data/protocol/slash-preview-vectors.json");
  private static final String WAD = "1000000000000000000";
  private static final String NOBODY = address(0);

  @RegisterExtension static final DemoServer server = new DemoServer();

  private int logs = 100_000;
  private long block;
  private long time;

  private static String address(int number) {
    return "0x%040x".formatted(number);
  }

  private static String avs(int number) {
    return address(0xa0 + number);
  }

  private static String operator(int number) {
    return address(0xb0 + number);
  }

  private static String strategy(int number) {
    return address(0xc0 + number);
  }

  private static String text(JsonNode node, String field) {
    return node.get(field).coerceStringValue();
  }

  /** Adds an event; each is later than the one before. */
  private void event(String table, Map<String, String> columns) {
    var row = new TreeMap<>(columns);
    row.put("block_number", Long.toString(block));
    row.put("block_timestamp", Long.toString(time));
    row.put("log_index", Integer.toString(logs++));
    server
        .tables()
        .tables()
        .given(
            table,
            String.join(" | ", row.keySet())
                + "\n"
                + row.values().stream().collect(joining(" | ")));
  }

  private void shares(int number, String staker, BigInteger shares) {
    event(
        "operator_share_events",
        Map.of(
            "operator_id", operator(number),
            "staker_id", staker,
            "strategy_id", strategy(number),
            "shares", shares.abs().toString(),
            "event_type", shares.signum() < 0 ? "DECREASED" : "INCREASED"));
  }

  /** Gives the operator the state of a case: its stakers, its slash before, its queue. */
  private void given(int number, JsonNode before) {
    var set = avs(number) + "-7";
    event(
        "operator_set_created_events",
        Map.of("operator_set_id", set, "avs_id", avs(number), "operator_set_id_num", "7"));
    event(
        "redistribution_address_set_events",
        Map.of("operator_set_id", set, "redistribution_recipient", address(0xe)));
    event(
        "strategy_operator_set_events",
        Map.of("operator_set_id", set, "strategy_id", strategy(number), "event_type", "ADDED"));
    event(
        "operator_added_to_operator_set_events",
        Map.of("operator_id", operator(number), "operator_set_id", set));
    var maximum = new BigInteger(text(before, "maxMagnitude"));
    var held = BigInteger.ZERO;
    var place = 0;
    for (var staker : before.get("stakers").values()) {
      var deposit = new BigInteger(text(staker, "depositShares"));
      if (!text(staker, "depositScalingFactor").equals(WAD)) {
        held = held.subtract(lower(number, maximum, held));
      }
      shares(number, address(0x1000 * (number + 1) + place), deposit);
      held = held.add(deposit);
      if (text(staker, "beaconChainSlashingFactor").equals(WAD)) {
        deposited(number, address(0x1000 * (number + 1) + place), staker);
      }
      var beacon = new BigInteger(text(staker, "beaconChainSlashingFactor"));
      var lost = deposit.subtract(deposit.multiply(beacon).divide(new BigInteger(WAD)));
      if (lost.signum() > 0) {
        shares(number, address(0x1000 * (number + 1) + place), lost.negate());
        held = held.subtract(lost);
      }
      place++;
    }
    assertThat(held).hasToString(text(before, "operatorShares"));
    if (!text(before, "queuedScaledShares").equals("0")) {
      event(
          "withdrawal_events",
          Map.of(
              "withdrawal_root",
              "root" + number,
              "staker_id",
              address(0x1000 * (number + 1)),
              "delegated_to_id",
              operator(number),
              "withdrawer",
              address(0x1000 * (number + 1)),
              "nonce",
              "0",
              "start_block",
              Long.toString(block),
              "strategies",
              "{" + strategy(number) + "}",
              "shares",
              "{" + text(before, "queuedScaledShares") + "}",
              "scaled_shares",
              "{" + text(before, "queuedScaledShares") + "}",
              "event_type",
              "QUEUED"));
    }
    event(
        "allocation_events",
        Map.of(
            "operator_id", operator(number),
            "operator_set_id", set,
            "strategy_id", strategy(number),
            "magnitude", text(before, "currentMagnitude"),
            "effect_block", Long.toString(block)));
  }

  private void deposited(int number, String staker, JsonNode state) {
    var key = Map.of("staker_id", staker, "strategy_id", strategy(number));
    var deposit = new TreeMap<>(key);
    deposit.put("shares", text(state, "depositShares"));
    event("deposit_events", deposit);
    var factor = new TreeMap<>(key);
    factor.put("new_deposit_scaling_factor", text(state, "depositScalingFactor"));
    event("deposit_scaling_factor_updated_events", factor);
  }

  /** A slash by another set before the next staker comes. */
  private BigInteger lower(int number, BigInteger maximum, BigInteger held) {
    event(
        "max_magnitude_updated_events",
        Map.of(
            "operator_id", operator(number),
            "strategy_id", strategy(number),
            "max_magnitude", maximum.toString()));
    var lost = held.subtract(held.multiply(maximum).divide(new BigInteger(WAD)));
    shares(number, NOBODY, lost.negate());
    return lost;
  }

  private static JsonNode preview(String operator, String avs, int set, String wad)
      throws IOException, InterruptedException {
    return preview(operator, avs, set, wad, "");
  }

  private static JsonNode preview(String operator, String avs, int set, String wad, String asOf)
      throws IOException, InterruptedException {
    var answer =
        server.query(
            """
            { operator(address: "%s"%s) { slashPreview(avs: "%s", number: %d, wad: "%s") {
                status isRedistributing recipient totalLostUsd unvaluedStrategyCount
                strategies {
                  strategy { address } wadSlashed maxBefore maxAfter magnitudeBefore magnitudeAfter
                  sharesBefore sharesAfter sharesLost queuedLost totalLost totalLostUsd
                }
                delegators(first: 1000) { totalCount nodes {
                    address strategy { address } sharesBefore sharesAfter sharesLost
                    queuedBefore queuedAfter queuedLost totalLost lostUsd
                } }
            } } }
            """
                .formatted(operator, asOf, avs, set, wad));
    assertThat(answer.get("errors")).isNull();
    return answer.get("data").get("operator").get("slashPreview");
  }

  @Test
  void a_preview_equals_what_the_contracts_would_take() throws Exception {
    assumeTrue(Files.isReadable(VECTORS), "SKIPPED: no " + VECTORS);
    var cases =
        server
            .bean(JsonMapper.class)
            .readValue(Files.readString(VECTORS), JsonNode.class)
            .get("slashes");
    var head =
        server
            .tables()
            .rows(
                "select safe_block, extract(epoch from safe_at)::bigint from pipeline_checkpoints")
            .getFirst();
    block = Long.parseLong(head.get(0));
    time = Long.parseLong(head.get(1));
    for (var number = 0; number < cases.size(); number++) {
      given(number, cases.get(number).get("before"));
    }
    server.tables().update();

    for (var number = 0; number < cases.size(); number++) {
      var wanted = cases.get(number).get("expect");
      var name = text(cases.get(number), "name");
      var preview =
          preview(operator(number), avs(number), 7, text(cases.get(number), "wadToSlash"));
      assertThat(text(preview, "recipient")).isEqualTo(address(0xe));
      var strategy = preview.get("strategies").get(0);
      assertThat(
              List.of(
                  text(strategy, "maxAfter"),
                  text(strategy, "wadSlashed"),
                  text(strategy, "sharesLost"),
                  text(strategy, "queuedLost"),
                  text(strategy, "totalLost")))
          .as(name)
          .containsExactly(
              text(wanted, "newMax"),
              text(wanted, "eventWadSlashed"),
              text(wanted, "operatorSharesLost"),
              text(wanted, "queuedSharesLost"),
              text(wanted, "totalSlashedShares"));
      var delegators = new TreeMap<String, JsonNode>();
      preview
          .get("delegators")
          .get("nodes")
          .values()
          .forEach(delegator -> delegators.put(text(delegator, "address"), delegator));
      assertThat(delegators).hasSize(wanted.get("stakers").size());
      // the contracts round the queue once, and leave out what the beacon chain took of it
      var first = requireNonNull(delegators.firstEntry()).getValue();
      var given = cases.get(number).get("before").get("stakers").get(0);
      if (text(given, "beaconChainSlashingFactor").equals(WAD)) {
        assertThat(new BigInteger(text(first, "queuedLost")))
            .as(name)
            .isCloseTo(new BigInteger(text(wanted, "queuedSharesLost")), within(BigInteger.ONE));
      }
      var place = 0;
      for (var staker : wanted.get("stakers").values()) {
        var delegator = requireNonNull(delegators.get(address(0x1000 * (number + 1) + place)));
        assertThat(
                List.of(
                    text(delegator, "sharesBefore"),
                    text(delegator, "sharesAfter"),
                    text(delegator, "sharesLost")))
            .as(name)
            .containsExactly(text(staker, "before"), text(staker, "after"), text(staker, "lost"));
        place++;
      }
    }
  }

  @Test
  void delegators_bear_what_the_operator_loses_and_the_worst_case_is_all_of_it() throws Exception {
    var row =
        server
            .tables()
            .rows(
                """
                select operator_id, split_part(operator_set_id, '-', 1), split_part(operator_set_id, '-', 2)
                from operator_allocations
                where is_slashable
                group by operator_id, operator_set_id
                having count(*) > 1
                order by count(*) desc, operator_id, operator_set_id
                limit 1
                """)
            .getFirst();
    var preview = preview(row.get(0), row.get(1), Integer.parseInt(row.get(2)), WAD);
    assertThat(text(preview, "status")).isEqualTo("SLASHABLE");
    var head = server.tables().rows("select safe_block from pipeline_checkpoints").getFirst();
    assertThat(
            preview(
                row.get(0),
                row.get(1),
                Integer.parseInt(row.get(2)),
                WAD,
                ", asOf: { block: \"%s\" }".formatted(head.getFirst())))
        .isEqualTo(preview);
    var lost = new TreeMap<String, BigInteger>();
    for (var delegator : preview.get("delegators").get("nodes").values()) {
      lost.merge(
          delegator.get("strategy").get("address").getStringValue(),
          new BigInteger(text(delegator, "sharesLost")),
          BigInteger::add);
      assertThat(new BigInteger(text(delegator, "totalLost")))
          .isEqualTo(
              new BigInteger(text(delegator, "sharesLost"))
                  .add(new BigInteger(text(delegator, "queuedLost"))));
    }
    var count = preview.get("delegators").get("nodes").size();
    for (var strategy : preview.get("strategies").values()) {
      assertThat(text(strategy, "magnitudeAfter")).isEqualTo("0");
      assertThat(lost.get(strategy.get("strategy").get("address").getStringValue()))
          .isBetween(
              new BigInteger(text(strategy, "sharesLost")).subtract(BigInteger.valueOf(count)),
              new BigInteger(text(strategy, "sharesLost")).add(BigInteger.valueOf(count)));
    }
    var worst =
        server
            .query(
                """
                { operator(address: "%s") {
                  worstCase { strategy { address } burnedShares redistributedShares operatorSetCount }
                } }
                """
                    .formatted(row.get(0)))
            .get("data")
            .get("operator");
    assertThat(worst.get("worstCase").size()).isPositive();
    for (var strategy : worst.get("worstCase").values()) {
      var address = strategy.get("strategy").get("address").getStringValue();
      assertThat(
              server
                  .tables()
                  .rows(
                      """
                      select sum(slashable_shares) filter (where not is_redistributing) is null
                          or sum(slashable_shares) filter (where not is_redistributing) <= %s,
                          coalesce(sum(slashable_shares) filter (where is_redistributing), 0) <= %s
                      from operator_allocations
                      join operator_sets using (operator_set_id)
                      where operator_id = '%s' and strategy_id = '%s'
                      """
                          .formatted(
                              text(strategy, "burnedShares"),
                              text(strategy, "redistributedShares"),
                              row.get(0),
                              address)))
          .containsExactly(List.of("t", "t"));
    }
  }

  @Test
  void the_worst_case_of_a_delegator_is_the_sum_of_its_exposures() throws Exception {
    var delegator =
        server
            .tables()
            .rows(
                """
                select staker_id
                from operator_delegator_shares
                join operator_allocations using (operator_id, strategy_id)
                where is_slashable
                    and staker_id not in (select staker_id from queued_withdrawals)
                group by staker_id
                order by count(*) desc, staker_id
                limit 1
                """)
            .getFirst()
            .getFirst();
    var answer =
        server.query(
            """
            { delegator(address: "%s") {
              operator { address }
              exposure { strategy { address } slashableShares operatorSet { isRedistributing } }
              worstCase {
                operator { address } strategy { address } burnedShares redistributedShares
              }
            } }
            """
                .formatted(delegator));
    assertThat(answer.get("errors")).isNull();
    var found = answer.get("data").get("delegator");
    var wanted = new TreeMap<String, BigInteger>();
    for (var exposure : found.get("exposure").values()) {
      wanted.merge(
          "%s %s"
              .formatted(
                  exposure.get("strategy").get("address").getStringValue(),
                  exposure.get("operatorSet").get("isRedistributing").getBooleanValue()),
          new BigInteger(text(exposure, "slashableShares")),
          BigInteger::add);
    }
    var held = new TreeMap<String, BigInteger>();
    for (var worst : found.get("worstCase").values()) {
      assertThat(worst.get("operator")).isEqualTo(found.get("operator"));
      var strategy = worst.get("strategy").get("address").getStringValue();
      held.put(strategy + " false", new BigInteger(text(worst, "burnedShares")));
      held.put(strategy + " true", new BigInteger(text(worst, "redistributedShares")));
    }
    wanted.values().removeIf(BigInteger.ZERO::equals);
    held.values().removeIf(BigInteger.ZERO::equals);
    assertThat(held).isNotEmpty().isEqualTo(wanted);
  }

  @Test
  void a_wad_beyond_the_allocation_and_an_unknown_set_give_nothing() throws Exception {
    var operator =
        server.tables().rows("select min(operator_id) from operators").getFirst().getFirst();
    assertThat(preview(operator, address(0xfff), 0, WAD))
        .satisfies(nothing -> assertThat(nothing.isNull()).isTrue());
    for (var wad : List.of("0", "1000000000000000001")) {
      var answer =
          server.query(
              """
              { operator(address: "%s") { slashPreview(avs: "%s", number: 0, wad: "%s") { wad } } }
              """
                  .formatted(operator, address(0xfff), wad));
      assertThat(answer.get("errors").get(0).get("message").getStringValue())
          .contains("wad is 1 to 10^18, parts of 10^18 of the allocation, not " + wad);
    }
  }

  @Test
  void shares_and_the_queue_each_have_a_status() throws Exception {
    var row =
        server
            .tables()
            .rows(
                """
                select allocation.operator_id, split_part(operator_set_id, '-', 1), split_part(operator_set_id, '-', 2),
                    withdrawal.staker_id, part.strategy_id, withdrawal.withdrawal_root
                from operator_allocations as allocation
                join queued_withdrawal_shares as part using (operator_id, strategy_id)
                join queued_withdrawals as withdrawal using (operator_id, withdrawal_root)
                where is_slashable and part.is_queued and part.scaled_shares > 0
                    and completable_at_block > (select max(safe_block) + 1 from pipeline_checkpoints)
                order by 1, 2, 3, 4 limit 1
                """)
            .getFirst();
    server
        .tables()
        .execute(
            "update queued_withdrawal_shares set scaled_shares = null where withdrawal_root = '%s' and strategy_id = '%s'"
                .formatted(row.get(5), row.get(4)));

    var answer =
        server.query(
            """
            { operator(address: "%s") { slashPreview(avs: "%s", number: %s, wad: "1") {
                strategies(where: { strategy: { address: { eq: "%s" } } }) { sharesStatus queuedStatus sharesLost queuedLost }
                delegators(where: { address: { eq: "%s" }, strategy: { address: { eq: "%4$s" } } }) {
                    nodes { sharesStatus queuedStatus sharesLost queuedLost totalLost } } } } }
            """
                .formatted(row.get(0), row.get(1), row.get(2), row.get(4), row.get(3)));

    assertThat(answer.get("errors")).as(server.write(answer)).isNull();
    var preview = answer.get("data").get("operator").get("slashPreview");
    assertThat(preview.get("strategies").size()).isOne();
    var delegator = preview.get("delegators").get("nodes").get(0);
    for (var lost : List.of(preview.get("strategies").get(0), delegator)) {
      assertThat(text(lost, "sharesStatus")).isEqualTo("KNOWN");
      assertThat(text(lost, "queuedStatus")).isEqualTo("UNKNOWN");
      assertThat(lost.get("sharesLost").isNull()).isFalse();
      assertThat(lost.get("queuedLost").isNull()).isTrue();
    }
    assertThat(delegator.get("totalLost").isNull()).isTrue();
  }
}
