package dev.operatoranalytics.api;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.api.document.GraphqlSchema;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists over all operators return the rows of the equivalent SQL, the first page by an index. */
class ListsTest {
  @RegisterExtension static final DemoServer server = new DemoServer().withDays();

  /** Lists without filter and order, each with the reason. */
  private static final Map<String, String> PLAIN =
      Map.of(
          "Query.search", "at most 100 results, in the order of how well they match",
          "Query.nodes", "one object for each id, in the order of the ids",
          "Query.compareOperators", "at most 10 operators, in the order of the addresses",
          "SharePriceMatrix.series", "one line for each requested operator",
          "DryRunAlertRulePayload.facts",
              "a preview of one rule, which has the limits of the rule");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          operators(orderBy: [{ field: RISK_SCORE, direction: ASC }]) | address | select operator_id from operator_state join operator_analytics using (operator_id) where date = '2026-01-21' and risk_score is not null order by risk_score, operator_id
          operators(where: { riskLevel: { in: [MEDIUM, HIGH, CRITICAL] }, tvsUsd: { gt: "1000" } }, orderBy: [{ field: ACTIVE_AVS_COUNT }]) | address | select operator_id from operator_state join operator_analytics using (operator_id) where date = '2026-01-21' and operator_analytics.risk_level in ('MEDIUM', 'HIGH', 'CRITICAL') and total_tvs > 1000 order by active_avs_count desc, operator_id desc
          operators(where: { tvsChange7d: { lt: "-0.01" } }, orderBy: [{ field: TVS_CHANGE_7D, direction: ASC }]) | address | select operator_id from operator_daily_snapshots a join operator_daily_snapshots b using (operator_id) where a.snapshot_date = '2026-01-21' and b.snapshot_date = '2026-01-14' and b.total_tvs > 0 and a.total_tvs < b.total_tvs * 0.99 order by round(a.total_tvs * 1e40 / b.total_tvs * 1e-40, 18), operator_id
          operators(where: { piBips: { gt: 1000 } }, orderBy: [{ field: PI_BIPS }, { field: LAST_ACTIVITY_AT }]) | address | select operator_id from operator_commission_rates join operators using (operator_id) where commission_kind = 'PI' and current_bips > 1000 order by current_bips desc, last_activity_at desc nulls last, operator_id desc
          operators(where: { growthRate30d: { isNull: true } }, orderBy: [{ field: GROWTH_RATE_30D }]) | address | select operator_id from operator_state left join (select operator_id, growth_rate_30d from operator_analytics where date = '2026-01-21') as analysed using (operator_id) where analysed.growth_rate_30d is null order by operator_id desc
          operators(where: { netYield30d: { gt: "0.0001" } }, orderBy: [{ field: NET_YIELD_30D }]) | address | select operator_id from operator_yields where window_days = 30 and kind = 'ALL' and strategy_id = '' and operator_id <> '' and net_yield > 0.0001 order by net_yield desc, operator_id desc
          withdrawalQueue(orderBy: [{ field: SLASHABLE_USD }]) | slashableShares | select slashable_shares from operator_withdrawal_queue order by slashable_usd desc nulls last, operator_id desc, strategy_id desc
          operatorSets(where: { isRedistributing: { eq: true } }, orderBy: [{ field: REDISTRIBUTABLE_USD }]) | redistributionRecipient | select redistribution_recipient from operator_sets join operator_set_state using (operator_set_id) where is_redistributing order by slashable_usd desc nulls last, operator_set_id desc
          slashLosses(where: { lostUsd: { gt: "1" }, operatorSet: { isRedistributing: { eq: true } } }, orderBy: [{ field: SHARES_LOST }]) | sharesLost | select shares_lost from operator_slash_losses join operator_slashing_incidents using (operator_id, transaction_hash, log_index) join operator_slashing_amounts amounts using (operator_id, transaction_hash, log_index, strategy_id) join operator_sets using (operator_set_id) where is_redistributing and (shares_lost + queued_lost) * slashed_usd / amounts.shares > 1 order by shares_lost desc
          slashingIncidents | transactionHash | select transaction_hash from operator_slashing_incidents order by slashed_block desc, log_index desc
          slashingIncidents(where: { slashedUsd: { gt: "100" } }, orderBy: [{ field: SLASHED_USD }]) | transactionHash | select transaction_hash from operator_slashing_amounts group by operator_id, transaction_hash, log_index having sum(slashed_usd) > 100 order by sum(slashed_usd) desc
          commissionChanges(where: { changeBips: { gt: 0 } }, orderBy: [{ field: CHANGE_BIPS }, { field: SET_BLOCK }]) | setBlock | select set_block from operator_commission_history where new_bips > old_bips order by new_bips - old_bips desc, set_block desc
          activity(where: { type: { eq: ALLOCATED } }) | block | select block_number from operator_activity where activity_type = 'ALLOCATED' order by block_number desc, log_index desc
          deposits(where: { shares: { gt: "0" } }) | transactionHash | select transaction_hash from (select act.transaction_hash, act.block_number, act.log_index, act.operator_id from operator_activity act left join operator_activity d on d.operator_id = act.operator_id and d.transaction_hash = act.transaction_hash and d.staker_id = act.staker_id and d.activity_type = 'DELEGATED' where act.activity_type = 'SHARES_INCREASED' and d.staker_id is null union all select transaction_hash, block_number, log_index, operator_id from deposits where operator_id like '0x000000000000%') as added order by block_number desc, log_index desc, operator_id desc
          activity(where: { type: { in: [DELEGATED, UNDELEGATED] }, operator: { isActive: { eq: true } } }, orderBy: [{ field: BLOCK, direction: ASC }]) | block | select block_number from operator_activity join operator_state using (operator_id) where activity_type in ('DELEGATED', 'UNDELEGATED') and is_active order by block_number
          """)
  void a_list_has_the_rows_of_the_query(String list, String field, String sql) throws Exception {
    var name = list.replaceAll("\\(.*", "");
    var paged = list.contains("(") ? list.replace("(", "(first: 1000, ") : list + "(first: 1000)";
    var expected = server.tables().rows(sql).stream().map(List::getFirst).limit(1000).toList();

    var answer = server.query("{ %s { nodes { %s } } }".formatted(paged, field));

    assertThat(expected).isNotEmpty();
    assertThat(values(at(answer, "data", name, "nodes"), field).stream().limit(expected.size()))
        .containsExactlyElementsOf(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "operator_figures, risk_score",
    "operator_figures, growth_rate_30d desc nulls last",
    "operator_figures, tvs_change_7d",
    "operator_figures, net_yield_30d desc nulls last",
    "operator_state, pi_bips desc nulls last",
    "operator_state, active_avs_count desc",
    "operator_state, last_activity_at desc nulls last",
  })
  void the_first_operators_of_an_order_come_from_an_index(String table, String order) {
    var direction = order.contains("desc") ? "desc" : "";
    var plan =
        server
            .tables()
            .rows(
                """
                explain (costs off)
                select * from operator_state join operator_figures using (operator_id)
                order by %1$s.%2$s, %1$s.operator_id %3$s limit 20
                """
                    .formatted(table, order, direction));

    assertThat(plan.toString()).contains("Index Scan").doesNotContain("Sort");
  }

  @Test
  void every_connection_is_filtered_sorted_aggregated_and_grouped() {
    for (var type : server.bean(GraphqlSchema.class).executable().getAllTypesAsList()) {
      if (type instanceof GraphQLObjectType object) {
        for (var field : object.getFieldDefinitions()) {
          if (GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType connection
              && connection.getField("pageInfo") != null) {
            var name = object.getName() + "." + field.getName();
            assertThat(field.getArgument("where")).as(name).isNotNull();
            assertThat(field.getArgument("orderBy")).as(name).isNotNull();
            assertThat(connection.getField("aggregate")).as(name).isNotNull();
            assertThat(connection.getField("groups")).as(name).isNotNull();
          }
        }
      }
    }
  }

  @Test
  void every_list_of_objects_is_filtered_and_sorted_or_short_by_nature() {
    var plain = new TreeSet<String>();
    lists(
        (name, list) -> {
          if (list.getArgument("where") == null || list.getArgument("orderBy") == null) {
            plain.add(name);
          }
        });

    assertThat(plain).isEqualTo(PLAIN.keySet());
  }

  /** Passes the lists of objects that are not part of a connection, which has the arguments. */
  private static void lists(BiConsumer<String, GraphQLFieldDefinition> action) {
    for (var type : server.bean(GraphqlSchema.class).executable().getAllTypesAsList()) {
      if (type instanceof GraphQLObjectType object
          && !object.getName().startsWith("__")
          && object.getField("pageInfo") == null) {
        for (var field : object.getFieldDefinitions()) {
          if (GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(field.getType()))
              && !GraphQLTypeUtil.isLeaf(GraphQLTypeUtil.unwrapAll(field.getType()))) {
            action.accept(object.getName() + "." + field.getName(), field);
          }
        }
      }
    }
  }

  @Test
  void every_list_can_be_read_by_all_its_conditions_and_orders() throws Exception {
    var read = new TreeSet<String>();
    for (var list : ListPath.all(server)) {
      if (list.isFiltered()) {
        read.add(list.name());
        var document =
            list.document(
                "where: %s, orderBy: %s".formatted(conditions(list.field()), orders(list.field())),
                "__typename");
        assertThat(server.query(document).get("errors")).as(document).isNull();
      }
    }
    lists(
        (name, list) -> {
          if (!PLAIN.containsKey(name)) {
            assertThat(read).contains(name);
          }
        });
  }

  /** A filter with a condition on each of its fields. */
  private static String conditions(GraphQLFieldDefinition list) {
    var filter =
        (GraphQLInputObjectType) GraphQLTypeUtil.unwrapAll(list.getArgument("where").getType());
    var conditions = new ArrayList<String>();
    for (var field : filter.getFields()) {
      if (GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLInputObjectType condition
          && !condition.getName().equals(filter.getName())) {
        conditions.add(
            "%s: { %s }"
                .formatted(
                    field.getName(),
                    condition.getField("in") != null
                        ? "in: []"
                        : condition.getField("some") != null ? "some: {}" : ""));
      }
    }
    return "{ not: { or: [{ " + String.join(" }, { ", conditions) + " }] } }";
  }

  private static String orders(GraphQLFieldDefinition list) {
    var order =
        (GraphQLInputObjectType) GraphQLTypeUtil.unwrapAll(list.getArgument("orderBy").getType());
    var fields = (GraphQLEnumType) GraphQLTypeUtil.unwrapAll(order.getField("field").getType());
    return fields.getValues().stream()
        .map(value -> "{ field: " + value.getName() + " }")
        .collect(joining(", ", "[", "]"));
  }

  @Test
  void lists_below_an_object_are_filtered_and_sorted_like_lists_of_the_root() throws Exception {
    var answer =
        server.query(
            """
            { avses(first: 1) { nodes { operatorSets { members(where: { isActive: { eq: true } }, orderBy: [{ field: ACTIVE_DELEGATORS }]) { totalCount } }
                relationships(where: { status: { eq: REGISTERED } }, orderBy: [{ field: REGISTERED_AT, direction: ASC }]) { nodes { status registeredAt } } } }
              operators(first: 3) { nodes {
                allocations(orderBy: [{ field: CURRENT_MAGNITUDE, direction: ASC }]) { nodes { currentMagnitude } }
                activity(types: [ALLOCATED], where: { amount: { gt: "0" } }, orderBy: [{ field: AMOUNT }]) { totalCount } } }
              strategies(first: 1) { nodes { delegators(where: { shares: { gt: "1" } }, orderBy: [{ field: TVS_USD, direction: ASC }]) { nodes { tvsUsd } } } }
              pipeline { runs(first: 1) { nodes {
                events(where: { kind: { eq: STARTED } }, orderBy: [{ field: AT, direction: ASC }]) { nodes { kind } }
                operators(where: { hasFailed: { eq: false } }, orderBy: [{ field: ADDRESS }]) { totalCount } } }
                asset(key: "operators") { materializations(where: { stage: { eq: REBUILD } }, orderBy: [{ field: MATERIALIZED_AT }]) { nodes { stage } } } } }
            """);

    assertThat(answer.get("errors")).isNull();
    var relationships = at(answer, "data", "avses", "nodes", "0", "relationships", "nodes");
    assertThat(values(relationships, "status")).containsOnly("REGISTERED");
    assertThat(values(relationships, "registeredAt")).isNotEmpty().isSorted();
    assertThat(
            server
                .query(
                    """
                    { rewardsSubmissions(where: { amount: { gt: "0" } }, orderBy: [{ field: AMOUNT, direction: ASC }]) { totalCount }
                      distributionRoots(where: { not: { status: { eq: DISABLED } } }, orderBy: [{ field: ACTIVATES_AT }]) { totalCount } }
                    """)
                .get("errors"))
        .isNull();
  }

  @Test
  void lists_of_an_object_have_the_rows_and_the_order_of_the_equivalent_sql() throws Exception {
    var answer =
        server.query(
            """
            { operators(where: { flags: { some: {} } }, first: 1000) { nodes {
                flags(where: { flag: { ne: DORMANT } }, orderBy: [{ field: ACCOUNT, nulls: FIRST }, { field: FLAG, direction: ASC }]) { flag } } }
              operator(address: "0xa42cd0029f681b08b61f535e846f2a36f468c1c2") {
                dailySnapshots(where: { tvsUsd: { gt: "1" } }, orderBy: [{ field: TVS_USD }], maxPoints: 3) { tvsUsd }
                dailySnapshotsColumns(where: { tvsUsd: { gt: "1" } }, orderBy: [{ field: TVS_USD }], maxPoints: 3) { tvsUsd }
                inRange: dailySnapshots(from: "2026-01-12", to: "2026-01-21", maxPoints: 4, where: { tvsUsd: { lt: "1" } }) { tvsUsd }
                statistics { tvs { byStrategy(where: { strategy: { symbol: { eq: "stETH" } } }) { tvsUsd } } } } }
            """);

    assertThat(answer.get("errors")).as(server.write(answer)).isNull();
    var flags = new ArrayList<String>();
    for (var operator : at(answer, "data", "operators", "nodes").values()) {
      flags.addAll(values(at(operator, "flags"), "flag"));
    }
    assertThat(flags)
        .isNotEmpty()
        .isEqualTo(
            column(
                """
                select flag from operator_flags join operator_state using (operator_id)
                where flag <> 'DORMANT'
                order by total_tvs desc nulls last, operator_id desc, account desc nulls first, flag
                """));
    var operator = at(answer, "data", "operator");
    var tvs =
        column(
            """
            select trim_scale(total_tvs) from (
                select *, row_number() over (order by total_tvs desc, snapshot_date desc) as nth, count(*) over () as n
                from operator_daily_snapshots
                where operator_id = '0xa42cd0029f681b08b61f535e846f2a36f468c1c2' and total_tvs > 1
            ) as days where nth in (1, (n + 2) / 2, n) order by nth
            """);
    assertThat(values(at(operator, "dailySnapshots"), "tvsUsd")).isEqualTo(tvs);
    assertThat(at(operator, "dailySnapshotsColumns", "tvsUsd").values())
        .extracting(JsonNode::getStringValue)
        .isEqualTo(tvs);
    assertThat(values(at(operator, "inRange"), "tvsUsd")).isEmpty();
    assertThat(values(at(operator, "statistics", "tvs", "byStrategy"), "tvsUsd"))
        .hasSize(1)
        .isEqualTo(
            column(
                "select trim_scale(tvs_usd) from operator_strategy_state join known_strategies"
                    + " using (strategy_id) where operator_id ="
                    + " '0xa42cd0029f681b08b61f535e846f2a36f468c1c2' and symbol = 'stETH'"));
  }

  private static List<String> column(String sql) {
    return server.tables().rows(sql).stream().map(List::getFirst).toList();
  }

  @Test
  void rows_without_an_operator_are_found_and_grouped_by_null() throws Exception {
    server
        .tables()
        .execute(
            """
            update queued_withdrawals set operator_id = '0x0000000000000000000000000000000000000000'
            where withdrawal_root = (select min(withdrawal_root) from queued_withdrawals)
            """);
    var answer =
        server.query(
            """
            { queuedWithdrawals(where: { operator: { isNull: true } }) { totalCount nodes { operator { address } }
                groups(by: OPERATOR) { keys aggregate { count } } }
              deposits(where: { operator: { isNull: true } }) { totalCount nodes { operator { address } }
                groups(by: OPERATOR) { keys aggregate { count } } }
              with: deposits(where: { operator: { isNull: false } }) { totalCount }
              all: deposits { totalCount } }
            """);

    assertThat(answer.get("errors")).isNull();
    for (var list : List.of("queuedWithdrawals", "deposits")) {
      var rows = at(answer, "data", list);
      assertThat(at(rows, "nodes").values())
          .isNotEmpty()
          .allSatisfy(row -> assertThat(at(row, "operator").isNull()).isTrue());
      assertThat(at(rows, "groups").size()).isOne();
      assertThat(at(rows, "groups", "0", "keys", "0").isNull()).isTrue();
      assertThat(text(rows, "groups", "0", "aggregate", "count"))
          .isEqualTo(text(rows, "totalCount"));
    }
    assertThat(
            Integer.parseInt(text(at(answer, "data", "deposits"), "totalCount"))
                + Integer.parseInt(text(at(answer, "data", "with"), "totalCount")))
        .isEqualTo(Integer.parseInt(text(at(answer, "data", "all"), "totalCount")));
    for (var where : List.of("{ not: { isNull: true } }", "{ or: [{ isNull: true }] }")) {
      var rejected =
          server.query("{ deposits(where: { operator: %s }) { totalCount } }".formatted(where));
      assertThat(text(rejected, "errors", "0", "message"))
          .contains("isNull stands directly below the field");
    }
  }

  @Test
  void aggregates_and_groups_of_a_list_are_exact() throws Exception {
    var answer =
        server.query(
            """
            { operators(where: { isActive: { eq: true } }) { aggregate { count tvsUsd { sum avg min max } riskScore { avg } } }
              delegators(first: 1) { groups(by: OPERATOR, orderBy: [{ of: SUM, field: "tvsUsd" }], first: 5) { keys aggregate { count tvsUsd { sum } } } }
              activity(where: { operator: { isActive: { eq: true } } }) { groups(by: [HAPPENED_AT_MONTH, TYPE], orderBy: [{ of: KEY, direction: ASC }], first: 1000) { keys aggregate { count } } } }
            """);

    assertThat(answer.get("errors")).isNull();
    var all = at(answer, "data", "operators", "aggregate");
    assertThat(
            List.of(
                text(all, "count"),
                text(all, "tvsUsd", "sum"),
                text(all, "tvsUsd", "avg"),
                text(all, "tvsUsd", "min"),
                text(all, "tvsUsd", "max"),
                text(all, "riskScore", "avg")))
        .isEqualTo(
            server
                .tables()
                .rows(
                    """
                    select count(*), trim_scale(sum(total_tvs)), trim_scale(round(avg(total_tvs), 18)),
                        trim_scale(min(total_tvs)), trim_scale(max(total_tvs)),
                        trim_scale(round(sum(analysed.risk_score) * 1e40 / count(analysed.risk_score) * 1e-40, 18))
                    from operator_state
                    left join (select * from operator_analytics where date = '2026-01-21') as analysed
                        using (operator_id)
                    where is_active
                    """)
                .getFirst());
    assertThat(groups(answer, "delegators", "count", "tvsUsd"))
        .isEqualTo(
            server
                .tables()
                .rows(
                    """
                    select operator_id, count(*), trim_scale(sum(tvs_usd))
                    from (select distinct on (staker_id) * from operator_delegators order by staker_id, is_delegated desc) as staker
                    where is_delegated group by operator_id order by sum(tvs_usd) desc nulls last limit 5
                    """));
    assertThat(groups(answer, "activity", "count"))
        .isEqualTo(
            server
                .tables()
                .rows(
                    """
                    select to_char(happened_at at time zone 'UTC', 'YYYY-MM-01'), activity_type, count(*)
                    from operator_activity join operator_state using (operator_id)
                    where is_active group by 1, 2 order by 1, activity_type collate "C"
                    """));
  }

  @Test
  void the_withdrawal_queue_of_a_strategy_is_the_sum_over_its_operators() throws Exception {
    var answer =
        server.query(
            """
            { withdrawalQueue { groups(by: STRATEGY, orderBy: [{ of: SUM, field: "usd" }]) {
                keys aggregate { count withdrawalCount { sum } shares { sum } slashableUsd { sum } usd { sum } } } }
              strategies(first: 50) { nodes { address withdrawalQueue { aggregate { shares { sum } slashableUsd { sum } usd { sum } } } } } }
            """);

    assertThat(answer.get("errors")).isNull();
    assertThat(
            groups(answer, "withdrawalQueue", "count", "withdrawalCount", "shares", "slashableUsd"))
        .isNotEmpty()
        .isEqualTo(
            server
                .tables()
                .rows(
                    """
                    select strategy_id, count(*), sum(withdrawal_count), sum(shares),
                        trim_scale(sum(slashable_usd))
                    from operator_withdrawal_queue
                    group by strategy_id order by sum(usd) desc nulls last, strategy_id
                    """));
    var sums = new HashMap<String, JsonNode>();
    for (var strategy : at(answer, "data", "strategies", "nodes").values()) {
      sums.put(text(strategy, "address"), at(strategy, "withdrawalQueue", "aggregate", "usd"));
    }
    for (var group : at(answer, "data", "withdrawalQueue", "groups").values()) {
      assertThat(sums.get(text(group, "keys", "0"))).isEqualTo(at(group, "aggregate", "usd"));
    }
  }

  @Test
  void days_of_a_holding_are_thinned_and_returned_by_column() throws Exception {
    var holding =
        server
            .tables()
            .rows(
                """
                select staker_id, strategy_id from operator_delegator_share_history
                where until_date is null and not is_dust and shares > 0
                order by from_date, staker_id, strategy_id limit 1
                """)
            .getFirst();
    var answer =
        server.query(
            """
            { delegator(address: "%1$s") {
                shareDailySnapshots(strategy: "%2$s") { date shares }
                few: shareDailySnapshots(strategy: "%2$s", maxPoints: 2) { date }
                shareDailySnapshotsColumns(strategy: "%2$s") { date shares tvsUsd }
            } }
            """
                .formatted(holding.get(0), holding.get(1)));

    assertThat(answer.get("errors")).isNull();
    var delegator = at(answer, "data", "delegator");
    var dates = values(at(delegator, "shareDailySnapshots"), "date");
    assertThat(dates).hasSizeGreaterThan(2);
    assertThat(values(at(delegator, "few"), "date"))
        .containsExactly(dates.getFirst(), dates.getLast());
    assertThat(texts(at(delegator, "shareDailySnapshotsColumns", "date"))).isEqualTo(dates);
    assertThat(texts(at(delegator, "shareDailySnapshotsColumns", "shares")))
        .isEqualTo(values(at(delegator, "shareDailySnapshots"), "shares"));
    assertThat(
            message(
                "{ delegator(address: \"%s\") { shareDailySnapshots(maxPoints: 2) { date } } }"
                    .formatted(holding.getFirst())))
        .contains("maxPoints needs strategy, or from and to");
    var thinned =
        at(
            server.query(
                """
                { delegator(address: "%1$s") {
                    shareDailySnapshots(from: "2026-01-12", to: "2026-01-21") { date strategy { address } shares }
                    few: shareDailySnapshots(from: "2026-01-12", to: "2026-01-21", maxPoints: 4) { date strategy { address } shares }
                } }
                """
                    .formatted(holding.getFirst())),
            "data",
            "delegator");
    var days = List.of("2026-01-12", "2026-01-15", "2026-01-18", "2026-01-21");
    assertThat(at(thinned, "few").values())
        .containsExactlyElementsOf(
            StreamSupport.stream(at(thinned, "shareDailySnapshots").values().spliterator(), false)
                .filter(row -> days.contains(row.get("date").getStringValue()))
                .toList());
  }

  @Test
  void a_daily_series_is_thinned_and_returned_by_column() throws Exception {
    var answer =
        server.query(
            """
            { network {
                dailySnapshots { date tvsUsd }
                few: dailySnapshots(maxPoints: 4) { date }
                all: dailySnapshots(maxPoints: 10) { date }
                onDays: dailySnapshots(from: "2026-01-11", to: "2026-01-20", maxPoints: 4) { date }
                dailySnapshotsColumns { date tvsUsd operatorCount }
                fewColumns: dailySnapshotsColumns(from: "2026-01-14", maxPoints: 2) { date }
            } }
            """);

    assertThat(answer.get("errors")).isNull();
    var network = at(answer, "data", "network");
    var dates = values(at(network, "dailySnapshots"), "date");
    assertThat(dates).hasSize(10);
    assertThat(values(at(network, "few"), "date"))
        .containsExactly("2026-01-12", "2026-01-15", "2026-01-18", "2026-01-21");
    assertThat(values(at(network, "all"), "date")).isEqualTo(dates);
    assertThat(values(at(network, "onDays"), "date"))
        .as("the 11th has no row")
        .containsExactly("2026-01-14", "2026-01-17", "2026-01-20");
    assertThat(texts(at(network, "dailySnapshotsColumns", "date"))).isEqualTo(dates);
    assertThat(texts(at(network, "dailySnapshotsColumns", "tvsUsd")))
        .isEqualTo(values(at(network, "dailySnapshots"), "tvsUsd"));
    assertThat(texts(at(network, "fewColumns", "date")))
        .containsExactly("2026-01-14", "2026-01-21");
    assertThat(message("{ network { dailySnapshots(maxPoints: 1) { date } } }"))
        .contains("maxPoints is 2 or more");
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.values().forEach(value -> texts.add(value.coerceStringValue()));
    return texts;
  }

  @Test
  void groups_reject_what_they_cannot_compute() throws Exception {
    assertThat(message("{ activity { groups(by: []) { keys } } }")).contains("1 to 4");
    assertThat(message("{ activity { groups(by: TYPE, first: 1001) { keys } } }"))
        .contains("1 to 1,000");
    assertThat(message("{ activity { groups(by: TYPE, orderBy: [{ of: SUM }]) { keys } } }"))
        .contains("takes a field");
    assertThat(
            message(
                "{ activity { groups(by: TYPE, orderBy: [{ of: SUM, field: \"x\" }]) { keys } } }"))
        .contains("use one of amount, block");
    assertThat(message("{ pipeline { runs { nodes { events { groups(by: ERROR) { keys } } } } } }"))
        .contains("ERROR");
  }

  private static String message(String document) throws Exception {
    return text(server.query(document), "errors", "0", "message");
  }

  private static String text(JsonNode node, String... path) {
    return at(node, path).coerceStringValue();
  }

  private static List<List<String>> groups(JsonNode answer, String list, String... sums) {
    var groups = new ArrayList<List<String>>();
    for (var group : at(answer, "data", list, "groups").values()) {
      var row = new ArrayList<String>();
      at(group, "keys").values().forEach(key -> row.add(key.coerceStringValue()));
      for (var sum : sums) {
        row.add(
            sum.equals("count")
                ? text(group, "aggregate", sum)
                : text(group, "aggregate", sum, "sum"));
      }
      groups.add(row);
    }
    return groups;
  }

  private static List<String> values(JsonNode nodes, String field) {
    var values = new ArrayList<String>();
    nodes.values().forEach(node -> values.add(at(node, field).coerceStringValue()));
    return values;
  }

  private static JsonNode at(JsonNode node, String... path) {
    var found = node;
    for (var part : path) {
      found =
          Objects.requireNonNull(
              part.matches("[0-9]+") ? found.get(Integer.parseInt(part)) : found.get(part),
              () -> part + " of " + node);
    }
    return found;
  }
}
