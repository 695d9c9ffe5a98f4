package dev.operatoranalytics.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.esaulpaugh.headlong.abi.Tuple;
import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.node.ChainSettings;
import dev.operatoranalytics.node.ContractsStub;
import dev.operatoranalytics.node.Multicall;
import dev.operatoranalytics.node.ProviderStub;
import dev.operatoranalytics.node.StubChain;
import dev.operatoranalytics.pipeline.Tables;
import io.micronaut.jdbc.DataSourceResolver;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strategies that an AVS names for its operators at blocks of a node with contracts on loopback.
 */
class RestakedStrategiesTest {
  private static final Instant NOW = Instant.parse("2025-06-19T12:00:00Z");
  private static final Address MULTICALL = address(1);
  private static final Address AVS = address(2);
  private static final Address OPERATOR = address(3);
  private static final Address LATE = address(4);

  @AutoClose private final Tables tables = new Tables();
  @AutoClose private final ProviderStub node = new ProviderStub(chain());
  private ChainSettings settings;
  private final ContractsStub contracts = new ContractsStub();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  @TempDir private Path directory;

  private static Address address(long number) {
    return new Address("0x%040x".formatted(number));
  }

  /**
   * Blocks from 2025-06-15 15:06:40 on, each 12 seconds: 3,600 is of 03:06:40 and 7,200 of 15:06:40
   * on the 16th, 10,800 and 14,400 of the 17th.
   */
  private static StubChain chain() {
    var chain = new StubChain();
    for (var block = 0; block <= 18_000; block++) {
      chain.mine("a", List.of());
    }
    return chain;
  }

  @BeforeEach
  void fill() throws Exception {
    settings =
        ContractsStub.settings(
            node,
            directory,
            """
            prices:
              multicall: "%s"
              ethUsd: "%s"
              tokens: {}
            """
                .formatted(MULTICALL, address(0x35)));
    contracts.at(
        AVS,
        "getOperatorRestakedStrategies(address)",
        "(address[])",
        arguments -> {
          com.esaulpaugh.headlong.abi.Address operator = arguments.get(0);
          var answer = answers.get(contracts.block() + " " + operator.value());
          return answer == null
              ? null
              : Tuple.singleton(
                  Arrays.stream(answer.split(" "))
                      .filter(each -> !each.isEmpty())
                      .map(each -> Multicall.abi(address(Long.parseLong(each))))
                      .toArray(com.esaulpaugh.headlong.abi.Address[]::new));
        });
    contracts.serveThrough(node);
    tables.execute(
        tables.state(),
        """
        insert into rewards_submissions (
            submission_hash, submission_kind, avs_id, submitter, token, amount, start_date, end_date,
            submitted_block, submitted_at, strategies_and_multipliers, updated_at, updated_at_block
        )
        values ('h', 'AVS', '%s', 'x', 't', 1, '2025-06-16', '2025-07-16', 1, '2025-06-17Z', '[]', now(), 1)
        """
            .formatted(AVS));
    // a day ends before its last multiple of 3,600 that is of the next one
    tables.execute(
        tables.state(),
        """
        insert into pipeline_partitions (stage, partition_date, status, until_block, taken_at, seconds)
        values
            ('snapshot', '2025-06-15', 'DONE', 2600, now(), 0), ('snapshot', '2025-06-16', 'DONE', 9800, now(), 0),
            ('snapshot', '2025-06-17', 'DONE', 17000, now(), 0), ('analytics', '2025-06-16', 'DONE', 9800, now(), 0),
            ('analytics', '2025-06-17', 'DONE', 17000, now(), 0)
        """);
    for (var member : Map.of(OPERATOR, 1, LATE, 14_000).entrySet()) {
      tables.execute(
          tables.state(),
          """
          insert into operator_avs_registration_history (
              operator_id, avs_id, operator_set_id, registered_block, registered_log_index, registered_at,
              updated_at, updated_at_block
          )
          values ('%s', '%s', '', %d, 1, '2025-06-15', now(), 1)
          """
              .formatted(member.getKey(), AVS, member.getValue()));
    }
  }

  private RestakedStrategies job() throws Exception {
    return new RestakedStrategies(
        Tables.source(tables.stateUrl()),
        DataSourceResolver.DEFAULT,
        settings,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private RestakedStrategies.RestakedResult run() throws Exception {
    var job = job();
    try {
      return job.run().orElseThrow();
    } finally {
      job.close();
    }
  }

  private void answer(long block, Address operator, String strategies) {
    answers.put("0x%x %s".formatted(block, Multicall.abi(operator).value()), strategies);
  }

  private List<List<String>> changes() {
    return tables.rows(
        """
        select right(operator_id, 2), from_date, array_to_string(strategies, ' ')
        from operator_restaked_strategies
        order by 1, 2
        """);
  }

  @Test
  void the_answers_of_the_blocks_of_a_day_are_joined_and_its_rewards_become_stale()
      throws Exception {
    answer(3_600, OPERATOR, "33");
    answer(7_200, OPERATOR, "34 33");
    // the contract reverts at 10,800
    answer(14_400, OPERATOR, "");
    answer(14_400, LATE, "33");

    assertThat(run()).isEqualTo(new RestakedStrategies.RestakedResult(2, 0, null));

    assertThat(changes())
        .containsExactly(
            List.of("03", "2025-06-16", address(33) + " " + address(34)),
            List.of("03", "2025-06-17", ""),
            List.of("04", "2025-06-17", address(33).value()));
    // the submission came on the 17th, so both days are added then
    assertThat(
            tables.rows(
                "select partition_date, status from pipeline_partitions where stage = 'analytics'"
                    + " order by 1"))
        .containsExactly(List.of("2025-06-16", "DONE"), List.of("2025-06-17", "STALE"));
    assertThat(run().asked()).isZero();
  }

  @Test
  void an_equal_answer_of_an_earlier_day_makes_no_second_row() throws Exception {
    for (var block : List.of(3_600, 7_200, 10_800, 14_400)) {
      answer(block, OPERATOR, "33");
    }

    run();

    assertThat(changes())
        .contains(List.of("03", "2025-06-16", address(33).value()))
        .doesNotContain(List.of("03", "2025-06-17", address(33).value()));
  }

  @Test
  void a_day_that_the_node_has_no_state_of_is_asked_for_again_after_a_week() throws Exception {
    node.failCalls(
        (method, params) ->
            method.equals("eth_call")
                ? Long.parseLong(params.get(1).getStringValue().substring(2), 16) < 10_000
                    ? "\"error\":{\"code\":-32000,\"message\":\"missing trie node 1234 (path )\"}"
                    : contracts.answer(params)
                : null);

    assertThat(run()).isEqualTo(new RestakedStrategies.RestakedResult(1, 1, null));
    assertThat(run()).isEqualTo(new RestakedStrategies.RestakedResult(0, 0, null));
    assertThat(tables.rows("select reward_date, status from restaked_strategy_days order by 1"))
        .containsExactly(List.of("2025-06-16", "NO_HISTORY"), List.of("2025-06-17", "ANSWERED"));

    tables.execute(
        tables.state(),
        "update restaked_strategy_days set asked_at = asked_at - interval '8 days'");
    contracts.serveThrough(node);
    assertThat(run()).isEqualTo(new RestakedStrategies.RestakedResult(1, 0, null));
  }
}
