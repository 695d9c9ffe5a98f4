package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.InLocale;
import io.micronaut.json.tree.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters, aggregates and ids return the same as the equivalent SQL. */
@InLocale("tr-TR")
class GrammarTest {
  @RegisterExtension static final DemoServer server = new DemoServer();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                    | true
          { tvsUsd: { gt: "1000000" } }                       | total_tvs > 1000000
          { tvsUsd: { gte: 5, lt: "5000000.5" } }             | total_tvs >= 5 and total_tvs < 5000000.5
          { not: { tvsUsd: { gt: "1000000" } } }              | total_tvs is null or total_tvs <= 1000000
          { tvsUsd: { isNull: true } }                        | total_tvs is null
          { name: { contains: "STAKE" } }                       | name ilike '%stake%' collate "C"
          { name: { contains: "STAKING" } }                     | strpos(lower(name collate "C"), 'staking') > 0
          { name: { contains: "Infra" } }                       | strpos(lower(name collate "C"), 'infra') > 0
          { name: { startsWith: "p" } }                         | name ilike 'p%' collate "C"
          { name: { isNull: false } }                           | name is not null
          { name: { ne: "x" } }                                 | true
          { tvsStatus: { in: [PARTIAL, NO_SHARES] } }           | tvs_status in ('PARTIAL', 'NO_SHARES')
          { isActive: { eq: false } }                           | not is_active
          { activeDelegators: { in: [] } }                      | false
          { registeredAt: { lt: "2025-06-01T00:00:00Z" } }      | registered_at < '2025-06-01Z'
          { or: [{ tvsUsd: { isNull: true } }, { and: [{ isActive: { eq: true } }, { activeAvsCount: { gt: 3 } }] }] } | total_tvs is null or is_active and active_avs_count > 3
          { or: [] }                                            | false
          { delegators: { some: { isActive: { eq: true } } } }  | exists (select from operator_delegators d where d.operator_id = o.operator_id and is_active)
          { delegators: { none: { tvsUsd: { gt: 100000 } } } }  | not exists (select from operator_delegators d where d.operator_id = o.operator_id and d.tvs_usd > 100000)
          { strategies: { every: { tvsUsd: { isNull: false } } } } | not exists (select from operator_strategy_state s where s.operator_id = o.operator_id and tvs_usd is null)
          { strategies: { some: { strategy: { symbol: { eq: "stETH" } }, shares: { gt: 0 } } } } | exists (select from operator_strategy_state s join strategies using (strategy_id) where s.operator_id = o.operator_id and symbol = 'stETH' and s.shares > 0)
          { name: { eq: "x' or true --" } }                     | false
          """)
  void a_filter_matches_the_same_rows_as_the_sql_condition(String where, String condition)
      throws Exception {
    var expected =
        server.tables().rows("select operator_id from operator_state as o where " + condition);

    var answer =
        server.query(
            "{ operators(first: 100, where: %1$s) { totalCount nodes { address } } operatorsAggregate(where: %1$s) { count } }"
                .formatted(where));

    assertThat(answer.get("errors")).isNull();
    var found = new ArrayList<String>();
    at(answer, "data", "operators", "nodes")
        .values()
        .forEach(node -> found.add(at(node, "address").getStringValue()));
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(expected.stream().map(List::getFirst).toList());
    assertThat(at(answer, "data", "operators", "totalCount").getIntValue())
        .isEqualTo(expected.size());
    assertThat(at(answer, "data", "operatorsAggregate", "count").getIntValue())
        .isEqualTo(expected.size());
  }

  @Test
  void other_types_have_the_same_filter_grammar() throws Exception {
    var answer =
        server.query(
            """
            { avses(where: { operatorCount: { gt: 3 } }) { totalCount }
              strategies(where: { operators: { some: { shares: { gt: 0 } } } }) { totalCount }
              delegators(where: { operator: { isActive: { eq: true } } }) { totalCount } }
            """);

    assertThat(answer.get("errors")).isNull();
    assertThat(
            List.of(
                count(answer, "avses"), count(answer, "strategies"), count(answer, "delegators")))
        .isEqualTo(
            server
                .tables()
                .rows(
                    """
                    select
                      (select count(*) from avs_state where operator_count > 3),
                      (select count(distinct strategy_id) from operator_strategy_state where shares > 0),
                      (select count(*) from operator_delegators
                       join operator_state using (operator_id)
                       where is_delegated and operator_state.is_active)
                    """)
                .getFirst());
  }

  private static String count(JsonNode answer, String list) {
    return String.valueOf(at(answer, "data", list, "totalCount").getIntValue());
  }

  @Test
  void a_filter_applies_to_the_lists_of_every_parent() throws Exception {
    var answer =
        server.query(
            """
            { operators(first: 5) { nodes { address
                delegators(first: 1000, where: { isActive: { eq: true } }) { totalCount nodes { isActive } }
            } } }
            """);

    for (var operator : at(answer, "data", "operators", "nodes").values()) {
      var delegators = at(operator, "delegators");
      var active =
          server
              .tables()
              .rows(
                  "select count(*) from operator_delegators where is_active and operator_id = '%s'"
                      .formatted(at(operator, "address").getStringValue()));
      assertThat(delegators.get("nodes").values())
          .allSatisfy(row -> assertThat(at(row, "isActive").getBooleanValue()).isTrue());
      assertThat(String.valueOf(at(delegators, "totalCount").getIntValue()))
          .isEqualTo(active.getFirst().getFirst());
    }
  }

  @Test
  void an_aggregate_is_one_statement_and_exact() throws Exception {
    server.query("{ __typename }");
    server.statements();
    var answer =
        server.query(
            """
            { operatorsAggregate(where: { isActive: { eq: true } }) {
                count tvsUsd { sum avg min max } activeDelegators { sum avg } } }
            """);
    var statements = server.statements();

    var expected =
        server
            .tables()
            .rows(
                """
                select trim_scale(sum(total_tvs)), trim_scale(round(avg(total_tvs), 18)),
                  trim_scale(min(total_tvs)), trim_scale(max(total_tvs)), sum(active_delegators),
                  trim_scale(round(sum(active_delegators) * 1e-36 * 1e36 / count(*), 18))
                from operator_state where is_active
                """)
            .getFirst();
    var totals = at(answer, "data", "operatorsAggregate", "tvsUsd");
    assertThat(
            List.of(
                at(totals, "sum").getStringValue(),
                at(totals, "avg").getStringValue(),
                at(totals, "min").getStringValue(),
                at(totals, "max").getStringValue(),
                at(answer, "data", "operatorsAggregate", "activeDelegators", "sum")
                    .getStringValue(),
                at(answer, "data", "operatorsAggregate", "activeDelegators", "avg")
                    .getStringValue()))
        .isEqualTo(expected);
    assertThat(statements).hasSize(1);
  }

  @Test
  void node_finds_an_object_by_id_and_nodes_needs_one_statement_per_type() throws Exception {
    var ids = new ArrayList<String>();
    var named =
        server.query(
            "{ operators(first: 3) { nodes { id } } strategies(first: 2) { nodes { id } }"
                + " delegators(first: 1) { nodes { id } } }");
    for (var list : at(named, "data").values()) {
      at(list, "nodes").values().forEach(node -> ids.add(at(node, "id").getStringValue()));
    }
    ids.add(2, "T3BlcmF0b3I6MHgwMA");
    server.statements();

    var answer =
        server.query(
            "{ nodes(ids: [%s]) { __typename id ... on Operator { address } } node(id: \"%s\") { id } }"
                .formatted(
                    ids.stream().map(id -> '"' + id + '"').reduce((a, b) -> a + "," + b).get(),
                    ids.getFirst()));

    assertThat(server.statements()).hasSize(4);
    var nodes = at(answer, "data", "nodes");
    assertThat(nodes.size()).isEqualTo(7);
    for (var i = 0; i < ids.size(); i++) {
      if (i == 2) {
        assertThat(nodes.get(i).isNull()).isTrue();
      } else {
        assertThat(at(nodes.get(i), "id").getStringValue()).isEqualTo(ids.get(i));
      }
    }
    assertThat(at(nodes.get(4), "__typename").getStringValue()).isEqualTo("Strategy");
    assertThat(at(answer, "data", "node", "id").getStringValue()).isEqualTo(ids.getFirst());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          node(id: "~") { id }                                        | not an id of ours
          operators(where: { name: { eq: null } }) { totalCount }     | name.eq is null: use isNull
          operators(where: { name: null }) { totalCount }             | name is null: leave it out, or use isNull
          operators(where: { tvsUsd: { gt: "much" } }) { totalCount } | BigDecimal is a decimal number as a string, not 'much'
          """)
  void an_invalid_filter_or_id_is_an_error_that_names_the_remedy(String field, String message)
      throws Exception {
    var answer = server.query("{ " + field + " }");

    assertThat(at(at(answer, "errors").get(0), "message").getStringValue()).contains(message);
  }

  @Test
  void pages_by_name_return_every_operator_once_for_any_characters_in_names() throws Exception {
    var names =
        List.of(
            "a\u001fb",
            "\u001f",
            "␀",
            "\\u0000",
            "null",
            "\"quoted\"",
            "it's",
            "\\",
            "\u200fright to left",
            "x".repeat(5_000),
            "",
            "[\"a\",null]",
            "line\nbreak",
            "same",
            "same",
            "\ud83e\udd29");
    var tables = server.tables();
    tables.execute(
        "create table names_before as select operator_id, name from operator_current_state");
    var operators =
        tables.rows("select operator_id from operator_current_state order by total_tvs");
    for (var i = 0; i < names.size(); i++) {
      tables.execute(
          "update operator_current_state set name = '%s' where operator_id = '%s'"
              .formatted(names.get(i).replace("'", "''"), operators.get(i).getFirst()));
    }
    try {
      for (var direction : List.of("ASC", "DESC")) {
        var expected =
            server
                .tables()
                .rows(
                    """
                    select operator_id from operator_current_state
                    order by case_folded(name) collate "C" %1$s nulls last, operator_id %1$s
                    """
                        .formatted(direction))
                .stream()
                .map(List::getFirst)
                .toList();
        assertThat(paged(direction, "first: 3, after")).isEqualTo(expected);
        assertThat(paged(direction, "last: 3, before")).isEqualTo(expected);
      }
    } finally {
      tables.execute(
          "update operator_current_state set name = before.name from names_before as before"
              + " where before.operator_id = operator_current_state.operator_id");
    }
  }

  /** Returns the addresses of all operators in order of name, page by page. */
  private static List<String> paged(String direction, String page) throws Exception {
    var isForward = page.startsWith("first");
    var found = new ArrayList<String>();
    var cursor = "null";
    while (true) {
      var answer =
          at(
              server.query(
                  """
                  { operators(orderBy: [{ field: NAME, direction: %s }], %s: %s) {
                      nodes { address } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }
                  """
                      .formatted(direction, page, cursor)),
              "data",
              "operators");
      var addresses = new ArrayList<String>();
      at(answer, "nodes")
          .values()
          .forEach(node -> addresses.add(at(node, "address").getStringValue()));
      found.addAll(isForward ? found.size() : 0, addresses);
      var reach = at(answer, "pageInfo");
      if (!at(reach, isForward ? "hasNextPage" : "hasPreviousPage").getBooleanValue()) {
        return found;
      }
      cursor = '"' + at(reach, isForward ? "endCursor" : "startCursor").getStringValue() + '"';
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          not Base64!      | not a cursor of ours
          ''               | not a cursor of ours
          W10              | not a cursor of ours
          WzFd             | not a cursor of ours
          WyJhIl0          | the cursor belongs to another list
          """)
  void an_invalid_cursor_is_an_error_with_a_reason(String cursor, String message) throws Exception {
    var answer = server.query("{ operators(after: \"%s\") { totalCount } }".formatted(cursor));

    assertThat(at(at(answer, "errors").get(0), "message").getStringValue()).contains(message);
  }

  @Test
  void a_forged_cursor_is_a_user_error_and_other_fields_succeed() throws Exception {
    var page = server.query("{ operators(first: 1) { pageInfo { endCursor } } }");
    var cursor = at(page, "data", "operators", "pageInfo", "endCursor").getStringValue();
    var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    var madeUp =
        Base64.getUrlEncoder()
            .encodeToString(
                text.replaceFirst(",\"[^\"]*\"", ",\"much\"").getBytes(StandardCharsets.UTF_8));

    var answer =
        server.query(
            "{ operators(after: \"%s\") { nodes { address } } other: operators(first: 1) { totalCount } }"
                .formatted(madeUp));

    assertThat(at(answer, "errors").values())
        .extracting(error -> at(error, "extensions", "code").getStringValue())
        .containsExactly("BAD_USER_INPUT");
    assertThat(at(at(answer, "errors").get(0), "message").getStringValue())
        .contains("not a cursor of ours");
  }

  @Test
  void a_cursor_is_rejected_with_another_filter() throws Exception {
    var page =
        server.query(
            "{ operators(first: 1, where: { isActive: { eq: true } }) { pageInfo { endCursor } }"
                + " }");
    var cursor = at(page, "data", "operators", "pageInfo", "endCursor").getStringValue();

    var answer =
        server.query("{ operators(first: 1, after: \"%s\") { totalCount } }".formatted(cursor));

    assertThat(at(at(answer, "errors").get(0), "message").getStringValue())
        .isEqualTo("the cursor belongs to another list, order or filter: start again without it");
  }

  private static JsonNode at(JsonNode node, String... path) {
    var found = node;
    for (var name : path) {
      found = found.get(name);
      assertThat(found).as(name).isNotNull();
    }
    return found;
  }
}
