package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each document in docs/queries/questions gets the answer of SQL written independently of it. */
class QuestionsTest {
  private static final Path QUESTIONS = Path.of("docs/queries/questions");

  @RegisterExtension static final DemoServer server = new DemoServer().withEpochs().withDays();

  /**
   * @param rows path of the rows in the response
   * @param fields paths of the compared values in a row
   * @param sql the expected rows
   */
  private record Question(
      String file, Map<String, Object> variables, String rows, String fields, String sql) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Question> questions() {
    var avs =
        single(
            "select avs_id from avs_state order by slashable_usd desc nulls last, avs_id limit 1");
    var wallet =
        single(
            """
            select staker_id from operator_delegators
            where is_delegated and exists (
                select from operator_allocations
                where operator_id = operator_delegators.operator_id and is_slashable
            )
            order by tvs_usd desc nulls last limit 1
            """);
    return Stream.of(
        new Question(
            "top-operators",
            Map.of(),
            "operators.nodes",
            "address state.tvsUsd state.tvsChange7d analytics.riskScore analytics.riskLevel",
            """
            select state.operator_id, trim_scale(state.total_tvs),
                trim_scale(round((now.total_tvs - before.total_tvs) * 1e40 / nullif(before.total_tvs, 0) * 1e-40, 18)),
                trim_scale(analysed.risk_score), analysed.risk_level
            from operator_current_state as state
            left join operator_analytics as analysed on analysed.operator_id = state.operator_id and analysed.date = '2026-01-21'
            left join operator_daily_snapshots as now on now.operator_id = state.operator_id and now.snapshot_date = '2026-01-21'
            left join operator_daily_snapshots as before on before.operator_id = state.operator_id and before.snapshot_date = '2026-01-14'
            where state.is_active
            order by state.total_tvs desc nulls last, state.operator_id desc limit 20
            """),
        new Question(
            "delegators-who-left",
            Map.of("from", "2025-12-22T00:00:00Z", "to", "2026-01-22T00:00:00Z"),
            "delegations.nodes",
            "delegator.address operator.address usdAtEnd",
            """
            with left_shares as (
                select history.operator_id, history.staker_id, history.delegated_block, moved.strategy_id, sum(moved.amount) as shares
                from operator_delegator_history as history
                join operator_activity as moved
                    on moved.operator_id = history.operator_id and moved.staker_id = history.staker_id
                    and moved.block_number = history.undelegated_block and moved.activity_type = 'SHARES_DECREASED'
                where history.undelegated_at >= '2025-12-22Z' and history.undelegated_at < '2026-01-22Z'
                group by 1, 2, 3, 4
            )
            select staker_id, operator_id, trim_scale(sum(round(shares * usd_per_share_unit, 18)))
            from left_shares join strategy_quotes using (strategy_id)
            group by operator_id, staker_id, delegated_block
            having sum(round(shares * usd_per_share_unit, 18)) > 1000
            order by sum(round(shares * usd_per_share_unit, 18)) desc limit 100
            """),
        new Question(
            "avs-slashable-stake",
            Map.of("avs", avs, "from", "2026-01-15"),
            "avs.allocationDailySnapshots.groups",
            "keys.0 keys.1 aggregate.slashableUsd.sum",
            """
            select snapshot_date, operator_id, trim_scale(sum(slashable_usd))
            from operator_allocation_daily_snapshots
            where operator_set_id like '%s-%%' and snapshot_date >= '2026-01-15' and is_slashable
            group by snapshot_date, operator_id order by snapshot_date, operator_id collate "C" limit 1000
            """
                .formatted(avs)),
        new Question(
            "commission-raises",
            Map.of("since", "2026-01-01T00:00:00Z"),
            "commissionChanges.nodes",
            "operator.address kind changeBips",
            """
            select operator_id, commission_kind, new_bips - old_bips
            from operator_commission_history
            where set_at >= '2026-01-01Z' and new_bips > old_bips
            order by new_bips - old_bips desc, operator_id desc, commission_kind desc, subject_id desc, set_block desc limit 100
            """),
        new Question(
            "risky-and-large",
            Map.of(),
            "operators.nodes",
            "address analytics.riskScore",
            """
            select state.operator_id, trim_scale(analysed.risk_score)
            from operator_current_state as state
            join operator_analytics as analysed using (operator_id)
            where analysed.date = '2026-01-21' and analysed.risk_score < 60 and state.total_tvs > 10000000
            order by analysed.risk_score, state.operator_id limit 100
            """),
        new Question(
            "slashes",
            Map.of("since", "2025-10-24T00:00:00Z"),
            "slashingIncidents.nodes",
            "operator.address transactionHash slashedUsd",
            """
            select incidents.operator_id, transaction_hash, trim_scale(sum(slashed_usd))
            from operator_slashing_incidents as incidents
            left join operator_slashing_amounts as amounts using (operator_id, transaction_hash, log_index)
            where slashed_at >= '2025-10-24Z'
            group by incidents.operator_id, transaction_hash, log_index, slashed_block
            order by slashed_block desc, log_index desc limit 100
            """),
        new Question(
            "withdrawal-queue-by-week",
            Map.of(),
            "queuedWithdrawals.groups",
            "keys.0 aggregate.count aggregate.currentUsd.sum",
            """
            select (completable_at at time zone 'UTC')::date
                    - (extract(isodow from completable_at at time zone 'UTC')::integer - 1),
                count(*), trim_scale(sum(current_usd))
            from queued_withdrawals where completed_at is null group by 1 order by 1
            """),
        new Question(
            "falling-tvs",
            Map.of(),
            "operators.nodes",
            "address state.tvsUsd",
            """
            select now.operator_id, trim_scale(state.total_tvs)
            from operator_daily_snapshots as now
            join operator_daily_snapshots as before using (operator_id)
            join operator_current_state as state using (operator_id)
            where now.snapshot_date = '2026-01-21' and before.snapshot_date = '2026-01-14'
                and before.total_tvs > 0 and now.total_tvs <= before.total_tvs * 0.8
            order by round(now.total_tvs * 1e40 / before.total_tvs * 1e-40, 18), operator_id limit 100
            """),
        new Question(
            "avses-by-slashable-stake",
            Map.of(),
            "avses.nodes",
            "address slashableUsd",
            """
            select avs_id, trim_scale(case when bool_or(known) is null then 0 else sum(slashable_usd) end) as usd
            from avs
            left join (
                select split_part(operator_set_id, '-', 1) as avs_id, slashable_usd, true as known
                from operator_allocations
                where slashable_shares > 0 or slashable_shares is null
            ) as allocations using (avs_id)
            group by avs_id order by usd desc nulls last, avs_id desc limit 50
            """),
        new Question(
            "wallet",
            Map.of("address", wallet),
            "delegator.exposure",
            "operatorSet.avs.address operatorSet.number strategy.symbol slashableShares",
            """
            select split_part(operator_set_id, '-', 1), split_part(operator_set_id, '-', 2), symbol,
                trim_scale(div(held.shares * allocation.current_magnitude, magnitude.max_magnitude))
            from operator_delegator_shares as held
            join operator_allocations as allocation using (operator_id, strategy_id)
            join operator_strategy_state as magnitude using (operator_id, strategy_id)
            left join known_strategies using (strategy_id)
            where staker_id = '%s' and is_slashable
            order by ratio(held.tvs_usd * allocation.current_magnitude, magnitude.max_magnitude) desc nulls last,
                operator_set_id, strategy_id
            """
                .formatted(wallet)),
        new Question(
            "dormant-operators",
            Map.of(),
            "operators.nodes",
            "address state.tvsUsd",
            """
            select state.operator_id, trim_scale(state.total_tvs)
            from operator_current_state as state
            where state.total_tvs > 0 and state.active_delegators > 0
                and (
                    select max(happened_at) from operator_activity as acts
                    where acts.operator_id = state.operator_id
                        and activity_type not in ('DELEGATED', 'UNDELEGATED', 'SHARES_INCREASED', 'SHARES_DECREASED',
                            'SLASHED', 'OPERATOR_SET_LEFT', 'AVS_UNREGISTERED')
                ) <= (select safe_at from pipeline_checkpoints where safe_at is not null) - interval '180 days'
            order by state.total_tvs desc, state.operator_id desc limit 100
            """),
        new Question(
            "most-delegated",
            Map.of("since", "2026-01-14"),
            "stakeFlows.groups",
            "keys.0 aggregate.netUsd.sum",
            """
            with moved as (
                select operator_id, strategy_id, (happened_at at time zone 'UTC')::date as day,
                    case activity_type when 'SHARES_INCREASED' then amount else -amount end as shares
                from operator_activity
                where activity_type in ('SHARES_INCREASED', 'SHARES_DECREASED') and happened_at >= '2026-01-14Z'
            ), summed as (
                select operator_id, strategy_id, day, sum(shares) as shares from moved group by 1, 2, 3
            )
            select operator_id, trim_scale(sum(round(shares * usd_per_share_unit, 18)))
            from summed
            left join strategy_daily_quotes on strategy_daily_quotes.strategy_id = summed.strategy_id and snapshot_date = day
            group by operator_id
            order by sum(round(shares * usd_per_share_unit, 18)) desc nulls last, operator_id collate "C" limit 20
            """));
  }

  private static String single(String sql) {
    return server.tables().rows(sql).getFirst().getFirst();
  }

  @ParameterizedTest
  @MethodSource("questions")
  void a_question_is_one_query_with_the_answer_of_the_sql(Question question) throws Exception {
    var document = Files.readString(QUESTIONS.resolve(question.file + ".graphql"));

    var answer =
        server.json(
            server.post(
                "/graphql",
                "application/json",
                server.write(Map.of("query", document, "variables", question.variables))));

    assertThat(answer.get("errors")).isNull();
    var found = new ArrayList<List<String>>();
    for (var row : at(Objects.requireNonNull(answer.get("data")), question.rows).values()) {
      found.add(Stream.of(question.fields.split(" ")).map(path -> text(at(row, path))).toList());
    }
    assertThat(found).isNotEmpty().isEqualTo(server.tables().rows(question.sql));
  }

  @Test
  void the_share_price_has_the_values_and_times_of_its_epochs() throws Exception {
    var document = Files.readString(QUESTIONS.resolve("share-price.graphql"));

    var answer =
        server.json(
            server.post(
                "/graphql",
                "application/json",
                server.write(
                    Map.of("query", document, "variables", Map.of("operatorId", 0, "days", 20)))));

    assertThat(answer.get("errors")).isNull();
    var prices = at(answer, "data.sharePrices");
    var series = at(prices, "series.0");
    var found = new ArrayList<List<String>>();
    for (var i = 0; i < at(series, "values").size(); i++) {
      var nth = at(series, "offset").getIntValue() + i;
      found.add(
          List.of(
              text(at(prices, "epochs." + nth)),
              text(at(prices, "endTimes." + nth)),
              text(at(series, "values." + i))));
    }
    assertThat(found)
        .hasSize(500)
        .isSubsetOf(
            server
                .tables()
                .rows(
                    """
                    select epochs.epoch,
                        trim(
                            to_json(
                                timestamp '1970-01-01'
                                + (newest.timestamp - 6130 * (newest.end_block - epochs.end_block)) * interval '1 ms'
                            )::text,
                            '"'
                        ) || 'Z',
                        stake_per_share_perq
                    from operator_share_prices
                    join epochs using (epoch)
                    cross join (select * from epochs order by epoch desc limit 1) as newest
                    where operator_id = 0
                        and newest.end_block - epochs.end_block < 20 * 86400 / 6.13
                    """));
    assertThat(text(at(answer, "data.domainOperator.week.growth")))
        .isEqualTo(
            single(
                """
                select trim_scale(round((newest.stake_per_share_perq * 1e40 / first.stake_per_share_perq - 1e40) * 1e-40, 18))
                from operator_share_prices as newest, operator_share_prices as first
                where newest.operator_id = 0 and first.operator_id = 0 and newest.epoch = %s and first.epoch = %s
                """
                    .formatted(
                        text(at(answer, "data.domainOperator.week.lastEpoch")),
                        text(at(answer, "data.domainOperator.week.firstEpoch")))));
  }

  @Test
  void every_kind_of_flag_occurs_on_the_demo() throws Exception {
    var answer = server.query("{ __type(name: \"OperatorFlagKind\") { enumValues { name } } }");

    var kinds = new ArrayList<String>();
    at(answer, "data.__type.enumValues")
        .values()
        .forEach(each -> kinds.add(text(at(each, "name"))));
    assertThat(server.tables().rows("select distinct flag from operator_flags"))
        .extracting(List::getFirst)
        .containsExactlyInAnyOrderElementsOf(kinds);
  }

  @Test
  void every_document_is_asked() throws Exception {
    try (var files = Files.list(QUESTIONS)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".graphql", "")))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(questions().map(Question::file), Stream.of("share-price")).toList());
    }
  }

  private static String text(JsonNode value) {
    return value.isNull() ? "-" : value.coerceStringValue();
  }

  private static JsonNode at(JsonNode node, String path) {
    var found = node;
    for (var part : path.split("\\.")) {
      if (found.isNull()) {
        return found;
      }
      found =
          Objects.requireNonNull(
              part.matches("[0-9]+") ? found.get(Integer.parseInt(part)) : found.get(part),
              () -> path + " of " + node);
    }
    return found;
  }
}
