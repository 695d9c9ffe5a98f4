package dev.operatoranalytics.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.Tables;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Reads logs of the protocol's real contracts as from a node; the state equals the contracts'
 * results, when the block is the newest, and when it is asked for later. {@code -Drecorded.chain=}
 * names another recording.
 */
@Tag("slow")
class RecordedChainTest {
  private static final Path DATA =
      Path.of(System.getProperty("recorded.chain", "../shared/data/chain"));
  private static final String WAD = "1000000000000000000";
  private static final String DEFAULT_BIPS = "1000";
  private static final JsonNode NOTHING = JsonNode.createObjectNode(Map.of());
  private static final String BURNED = "0x00000000000000000000000000000000000e16e4";
  private static final String NOBODY = "0x0000000000000000000000000000000000000000";

  @Test
  void state_as_of_each_block_equals_the_contracts_results() throws Exception {
    if (!Files.isReadable(DATA)) {
      System.out.println("SKIPPED: the recorded chain is not at hand in " + DATA);
    }
    assumeTrue(Files.isReadable(DATA), "SKIPPED: no " + DATA);
    var network = Network.read(DATA.resolve("network.yml"));
    var golden = read("golden.json.gz").get("golden");
    var compared = 0;
    var differing = new ArrayList<String>();
    try (var stub = new ProviderStub(chain());
        var tables = new ChainTables(network);
        var reading = tables.reading(stub.url(), "finalized", 500)) {
      var update = tables.tables().stateUpdate(settings(network));
      for (var then : golden.values()) {
        var block = then.get("block").getLongValue();
        stub.chain().tags(block, block);
        reading.readHistory(null, (blocks, of, logs) -> {});
        reading.follow();
        update.follow((done, of) -> {});

        assertThat(tables.tables().rows("select safe_block, is_final from pipeline_checkpoints"))
            .containsExactly(List.of(Long.toString(block), "t"));
        var wanted = contracts(then);
        differing.addAll(differing(block, wanted, ours(tables.tables(), wanted)));
        compared += wanted.size();
      }
      for (var then : golden.values()) {
        var block = then.get("block").getLongValue();
        tables
            .tables()
            .rebuildAsOf(
                block,
                Instant.ofEpochSecond(then.get("time").getLongValue()),
                settings(network),
                keys(then.get("operators")),
                keys(then.get("stakers")));
        var wanted = contracts(then);
        differing.addAll(
            differing(block, wanted, ours(tables.tables(), wanted)).stream()
                .map(difference -> "asked later: " + difference)
                .toList());
      }
      assertThat(tables.tables().rows("select count(*) from import_rejects"))
          .containsExactly(List.of("0"));
    }
    assertThat(differing).isEmpty();
    System.out.printf(
        "recorded chain: %d figures of operators at %d blocks equal to the contracts'%n",
        compared, golden.size());
  }

  private static Map<String, String> contracts(JsonNode then) {
    var figures = contracts(then.get("operators"), then.get("sets"));
    figures.putAll(withdrawals(then.get("stakers")));
    figures.putAll(sets(then.get("sets")));
    figures.putAll(withdrawable(then.get("stakers")));
    return figures;
  }

  private static List<String> keys(JsonNode object) {
    var keys = new ArrayList<String>();
    object.entries().forEach(entry -> keys.add(entry.getKey()));
    return keys;
  }

  private static List<String> differing(
      long block, Map<String, String> wanted, Map<String, String> held) {
    var subjects = new TreeSet<>(wanted.keySet());
    subjects.addAll(held.keySet());
    return subjects.stream()
        .filter(subject -> !Objects.equals(wanted.get(subject), held.get(subject)))
        .map(
            subject ->
                "block %d, %s: %s, not %s"
                    .formatted(block, subject, wanted.get(subject), held.get(subject)))
        .toList();
  }

  private static PipelineSettings settings(Network network) {
    return new PipelineSettings(
        "analytics_pipeline_v1",
        10,
        60,
        100,
        null,
        1,
        network.slotSeconds(),
        network.deallocationDelayBlocks(),
        network.withdrawalDelayBlocks(),
        0,
        Duration.ofDays(30),
        Duration.ofDays(30),
        0,
        List.of(7, 30, 90),
        7,
        null,
        null);
  }

  /** Returns who may slash each operator set, and who gets what is slashed. */
  private static Map<String, String> sets(JsonNode sets) {
    var figures = new TreeMap<String, String>();
    for (var set : sets.entries()) {
      for (var kind :
          List.of("slasher", "pendingSlasher", "pendingEffectBlock", "redistributionRecipient")) {
        put(figures, set, kind, "set", text(set.getValue().get(kind)));
      }
      var strategies = new TreeSet<String>();
      set.getValue().get("strategies").values().forEach(each -> strategies.add(text(each)));
      if (!strategies.isEmpty()) {
        put(figures, set, "strategies", "set", String.join(",", strategies));
      }
      if (!text(set.getValue().get("slashCount")).equals("0")) {
        put(figures, set, "slashCount", "set", text(set.getValue().get("slashCount")));
      }
      for (var slash : set.getValue().get("unsettled").entries()) {
        for (var shares : slash.getValue().entries()) {
          put(
              figures,
              set,
              "unsettled",
              slash.getKey() + "/" + shares.getKey(),
              text(shares.getValue()));
        }
      }
    }
    return figures;
  }

  /** Returns what each queued withdrawal is worth to the contracts. */
  private static Map<String, String> withdrawals(JsonNode stakers) {
    var figures = new TreeMap<String, String>();
    for (var staker : stakers.entries()) {
      for (var withdrawal : staker.getValue().get("queued").values()) {
        var worth = new ArrayList<String>();
        withdrawal.get("shares").values().forEach(shares -> worth.add(text(shares)));
        figures.put(
            "%s withdrawal %s %s"
                .formatted(
                    staker.getKey(),
                    text(withdrawal.get("operator")),
                    text(withdrawal.get("nonce"))),
            String.join(",", worth));
      }
    }
    return figures;
  }

  /** Returns to whom each staker delegates, and what it deposited and can withdraw. */
  private static Map<String, String> withdrawable(JsonNode stakers) {
    var figures = new TreeMap<String, String>();
    for (var staker : stakers.entries()) {
      if (!text(staker.getValue().get("delegatedTo")).equals(NOBODY)) {
        put(figures, staker, "delegatedTo", "staker", text(staker.getValue().get("delegatedTo")));
      }
      for (var kind : List.of("deposit", "withdrawable")) {
        for (var shares : staker.getValue().get(kind).entries()) {
          if (!text(shares.getValue()).equals("0")) {
            put(figures, staker, kind, shares.getKey(), text(shares.getValue()));
          }
        }
      }
    }
    return figures;
  }

  /** Returns the contracts' figures by subject. */
  private static Map<String, String> contracts(JsonNode operators, JsonNode sets) {
    var figures = new TreeMap<String, String>();
    for (var operator : operators.entries()) {
      var answers = operator.getValue();
      for (var kind : List.of("shares", "max", "allocatable", "slashableInQueue")) {
        for (var strategy : answers.get(kind).entries()) {
          put(figures, operator, kind, strategy.getKey(), text(strategy.getValue()));
        }
      }
      for (var allocation : answers.get("allocations").entries()) {
        var value = allocation.getValue();
        var current = text(value.get("current"));
        var difference = text(value.get("pendingDiff"));
        if (!(current.equals("0") && difference.equals("0"))) {
          put(
              figures,
              operator,
              "allocation",
              allocation.getKey(),
              "%s %s %s"
                  .formatted(
                      current,
                      difference,
                      difference.equals("0") ? "0" : text(value.get("effectBlock"))));
        }
      }
      for (var stake :
          Objects.requireNonNullElse(answers.get("allocatedStake"), NOTHING).entries()) {
        if (canSlash(answers, sets, stake.getKey().split("/"))) {
          put(figures, operator, "allocatedStake", stake.getKey(), text(stake.getValue()));
        }
      }
      put(figures, operator, "allocationDelay", "blocks", text(answers.get("allocationDelay")));
      put(figures, operator, "split", "pi", text(answers.get("splits").get("pi")));
      for (var kind : List.of("avs", "sets")) {
        for (var split : answers.get("splits").get(kind).entries()) {
          put(figures, operator, "split", split.getKey(), text(split.getValue()));
        }
      }
      for (var avs : answers.get("legacy").entries()) {
        put(figures, operator, "legacy", avs.getKey(), text(avs.getValue()));
      }
      for (var set : answers.get("member").entries()) {
        if (set.getValue().getBooleanValue()) {
          put(figures, operator, "member", set.getKey(), "yes");
        }
      }
    }
    return figures;
  }

  private static boolean canSlash(JsonNode operator, JsonNode sets, String[] setAndStrategy) {
    var strategies = new ArrayList<String>();
    sets.get(setAndStrategy[0])
        .get("strategies")
        .values()
        .forEach(each -> strategies.add(text(each)));
    return operator.get("slashable").get(setAndStrategy[0]).getBooleanValue()
        && strategies.contains(setAndStrategy[1]);
  }

  private static void put(
      Map<String, String> figures,
      Map.Entry<String, JsonNode> operator,
      String kind,
      String subject,
      String value) {
    figures.put("%s %s %s".formatted(operator.getKey(), kind, subject), value);
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.getStringValue() : value.getNumberValue().toString();
  }

  /** Returns our figures; a missing row gives the contracts' result for an absent entry. */
  private static Map<String, String> ours(Tables tables, Map<String, String> wanted) {
    var figures = new TreeMap<String, String>();
    for (var key : wanted.keySet()) {
      switch (key.split(" ")[1]) {
        case "shares", "legacy", "slashableInQueue" -> figures.put(key, "0");
        case "max", "allocatable" -> figures.put(key, WAD);
        case "split" -> figures.put(key, DEFAULT_BIPS);
        default -> {}
      }
    }
    for (var row :
        tables.rows(
            """
            select operator_id, strategy_id, shares, max_magnitude, allocatable_magnitude
            from operator_strategy_state
            """)) {
      figures.put(row.get(0) + " shares " + row.get(1), row.get(2));
      figures.put(row.get(0) + " max " + row.get(1), row.get(3));
      figures.put(row.get(0) + " allocatable " + row.get(1), row.get(4));
    }
    for (var row :
        tables.rows(
            """
            select
                withdrawal.staker_id, operator_id, nonce,
                string_agg(current_shares::text, ',' order by place)
            from queued_withdrawals as withdrawal
            join queued_withdrawal_shares using (operator_id, withdrawal_root)
            where completed_block is null
            group by withdrawal.staker_id, operator_id, nonce
            """)) {
      figures.put("%s withdrawal %s %s".formatted(row.toArray()), row.get(3));
    }
    for (var row :
        tables.rows(
            """
            select
                staker_id, strategy_id, deposit_shares,
                withdrawable_shares(
                    deposit_shares, deposit_scaling_factor, coalesce(max_magnitude, 1e18),
                    coalesce(beacon_chain_factor, 1e18)
                )
            from staker_strategy_shares
            left join (
                select operator_id, staker_id from operator_delegators where is_delegated
            ) as delegation using (staker_id)
            left join operator_strategy_magnitudes using (operator_id, strategy_id)
            where deposit_shares is distinct from 0
            """)) {
      figures.put(row.get(0) + " deposit " + row.get(1), row.get(2));
      if (!row.get(3).equals("0")) {
        figures.put(row.get(0) + " withdrawable " + row.get(1), row.get(3));
      }
    }
    for (var row :
        tables.rows(
            "select operator_id, strategy_id, slashable_shares from operator_withdrawal_queue")) {
      figures.put(row.get(0) + " slashableInQueue " + row.get(1), row.get(2));
    }
    for (var row :
        tables.rows(
            """
            select operator_id, operator_set_id || '/' || strategy_id, slashable_shares
            from operator_allocations
            where slashable_shares > 0
            """)) {
      figures.put(row.get(0) + " allocatedStake " + row.get(1), row.get(2));
    }
    for (var row :
        tables.rows(
            """
            select operator_set_id, slash_id || '/' || strategy_id, unsettled_shares
            from slash_settlements
            where unsettled_shares > 0
            """)) {
      figures.put(row.get(0) + " unsettled " + row.get(1), row.get(2));
    }
    for (var row :
        tables.rows(
            """
            select operator_id, operator_set_id
            from operator_avs_registration_history
            where unregistered_at is null and operator_set_id <> ''
            """)) {
      figures.put(row.get(0) + " member " + row.get(1), "yes");
    }
    for (var row :
        tables.rows("select staker_id, operator_id from operator_delegators where is_delegated")) {
      figures.put(row.get(0) + " delegatedTo staker", row.get(1));
    }
    for (var row :
        tables.rows(
            """
            select operator_set_id, string_agg(strategy_id, ',' order by strategy_id collate "C")
            from operator_set_strategies
            group by operator_set_id
            """)) {
      figures.put(row.get(0) + " strategies set", row.get(1));
    }
    for (var row :
        tables.rows(
            "select operator_set_id, count(*) from operator_slashing_incidents group by 1")) {
      figures.put(row.get(0) + " slashCount set", row.get(1));
    }
    for (var row :
        tables.rows("select operator_id, current_blocks from operator_allocation_delays")) {
      figures.put(row.get(0) + " allocationDelay blocks", row.get(1));
    }
    for (var row :
        tables.rows(
            """
            select
                operator_set_id, slasher, coalesce(pending_slasher, '%s'),
                coalesce(pending_slasher_effect_block, 0),
                coalesce(redistribution_recipient, '%s')
            from operator_sets
            """
                .formatted(NOBODY, BURNED))) {
      figures.put(row.get(0) + " slasher set", row.get(1));
      figures.put(row.get(0) + " pendingSlasher set", row.get(2));
      figures.put(row.get(0) + " pendingEffectBlock set", row.get(3));
      figures.put(row.get(0) + " redistributionRecipient set", row.get(4));
    }
    for (var row :
        tables.rows(
            """
            select
                operator_id, operator_set_id || '/' || strategy_id, current_magnitude,
                coalesce(pending_magnitude - current_magnitude, 0), coalesce(pending_effect_block, 0)
            from operator_allocations
            where current_magnitude > 0 or pending_magnitude is not null
            """)) {
      figures.put(
          row.get(0) + " allocation " + row.get(1),
          "%s %s %s".formatted(row.get(2), new BigInteger(row.get(3)), row.get(4)));
    }
    for (var row :
        tables.rows(
            """
            select
                operator_id, case commission_kind when 'PI' then 'pi' else subject_id end,
                current_bips
            from operator_commission_rates
            """)) {
      figures.put(row.get(0) + " split " + row.get(1), row.get(2));
    }
    for (var row :
        tables.rows(
            "select operator_id, avs_id, is_registered_with_directory::integer from"
                + " operator_avs_relationships")) {
      figures.put(row.get(0) + " legacy " + row.get(1), row.get(2));
    }
    return figures;
  }

  /** Builds the chain; blocks without records get a hash, and a time after the previous block's. */
  private static StubChain chain() throws IOException {
    var logs = read("raw-logs.json.gz");
    var head = read("golden.json.gz").get("head").getLongValue();
    var byBlock = new TreeMap<Long, List<JsonNode>>();
    for (var log : logs.values()) {
      byBlock.computeIfAbsent(number(log, "blockNumber"), any -> new ArrayList<>()).add(log);
    }
    var chain = new StubChain();
    var time = number(logs.get(0), "blockTimestamp") - 12 * byBlock.firstKey();
    for (var number = 0L; number <= head; number++) {
      var there = byBlock.getOrDefault(number, List.of());
      time = there.isEmpty() ? time + 12 : number(there.getFirst(), "blockTimestamp");
      chain.put(
          number,
          time,
          there.isEmpty()
              ? StubChain.hash("recorded " + number)
              : there.getFirst().get("blockHash").getStringValue(),
          there.stream().map(RecordedChainTest::log).toList());
    }
    return chain;
  }

  private static StubChain.Log log(JsonNode log) {
    var topics = new ArrayList<String>();
    log.get("topics").values().forEach(topic -> topics.add(topic.getStringValue()));
    return new StubChain.Log(
        log.get("address").getStringValue(),
        topics,
        log.get("data").getStringValue(),
        log.get("transactionHash").getStringValue());
  }

  private static long number(JsonNode log, String field) {
    return Long.decode(log.get(field).getStringValue());
  }

  private static JsonNode read(String file) throws IOException {
    try (var packed = new GZIPInputStream(Files.newInputStream(DATA.resolve(file)));
        var json = new JsonFactory().createParser(packed)) {
      return JsonNodeTreeCodec.getInstance().readTree(json);
    }
  }
}
