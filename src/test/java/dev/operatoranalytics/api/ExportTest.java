package dev.operatoranalytics.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.api.document.GraphqlSchema;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exports have all rows of the list that a query selects. */
class ExportTest {
  @RegisterExtension static final DemoServer server = new DemoServer().withDays();

  @Test
  void csv_has_a_line_for_each_row_of_all_pages() throws Exception {
    var response =
        export(
            "csv",
            "{ activity(where: { type: { ne: SLASHED } }) { nodes { block logIndex type operator {"
                + " address metadata { name } } amount } } }");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("text/csv; charset=utf-8");
    assertThat(response.headers().firstValue("content-disposition"))
        .hasValue("attachment; filename=\"activity.csv\"");
    var lines = response.body().lines().toList();
    assertThat(lines.getFirst())
        .isEqualTo("block,logIndex,type,operator.address,operator.metadata.name,amount");
    assertThat(lines).hasSizeGreaterThan(1_001);
    assertThat(lines.subList(1, lines.size()))
        .containsExactlyElementsOf(
            server
                .tables()
                .rows(
                    """
                    select concat_ws(',', block_number, log_index, activity_type, operator_id,
                        coalesce(case when name ~ '[",]' then '"' || name || '"' else name end, ''),
                        coalesce(trim_scale(amount)::text, ''))
                    from operator_activity join operator_state using (operator_id)
                    where activity_type <> 'SLASHED'
                    order by block_number desc, log_index desc, operator_id desc
                    """)
                .stream()
                .map(List::getFirst)
                .toList());
  }

  @Test
  void json_lines_have_the_objects_of_a_history_below_an_object() throws Exception {
    var response =
        export(
            "jsonl",
            "{ operator(address: \"0xa42cd0029f681b08b61f535e846f2a36f468c1c2\") { dailySnapshots {"
                + " date tvsUsd isActive } } }");

    assertThat(response.headers().firstValue("content-type"))
        .hasValue("application/x-ndjson; charset=utf-8");
    assertThat(response.body().lines())
        .containsExactlyElementsOf(
            server
                .tables()
                .rows(
                    """
                    select '{"date":"' || snapshot_date || '","tvsUsd":"' || trim_scale(total_tvs)
                        || '","isActive":' || is_active || '}'
                    from operator_daily_snapshots
                    where operator_id = '0xa42cd0029f681b08b61f535e846f2a36f468c1c2'
                    order by snapshot_date
                    """)
                .stream()
                .map(List::getFirst)
                .toList());
  }

  @Test
  void variables_filter_an_export_and_a_list_is_a_json_cell() throws Exception {
    var response =
        server.post(
            "/graphql/export.csv",
            "application/json",
            server.write(
                Map.of(
                    "query",
                    "query($min: BigDecimal) { operators(where: { tvsUsd: { gt: $min } }, orderBy:"
                        + " [{ field: NAME }]) { nodes { address strategies(first: 1) { nodes {"
                        + " delegatorCount } } } } }",
                    "variables",
                    Map.of("min", "1000"))));

    assertThat(response.body().lines().findFirst()).hasValue("address,strategies");
    assertThat(response.body().lines().skip(1))
        .hasSize(
            Integer.parseInt(
                server
                    .tables()
                    .rows("select count(*) from operator_state where total_tvs > 1000")
                    .getFirst()
                    .getFirst()))
        .allMatch(line -> line.matches("0x[0-9a-f]{40},\"\\{\"\"nodes\"\":\\[.*]}\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { operators { totalCount } }                                       | of a connection its nodes
          { operators(first: 10) { nodes { address } } }                     | leave out first
          { operators { nodes { address } } strategies { nodes { symbol } } } | no second field
          { __typename }                                                     | one list
          { operators { nodes { nothing } } }                                | nothing
          { operators(orderBy: [{ field: NAME }, { field: NAME }]) { nodes { address } } } | NAME twice
          { sharePrices { series { operatorId } } }                          | /api/exports/share-prices.csv
          mutation { startRun(input: { job: STATE_UPDATE }) { __typename } } | one query
          """)
  void a_document_that_is_no_export_gets_a_clear_error(String document, String message)
      throws Exception {
    var response = export("csv", document);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains(message);
  }

  @Test
  void every_connection_and_list_below_an_object_is_exported() throws Exception {
    var schema = server.bean(GraphqlSchema.class).executable();
    var node = requireNonNull((GraphQLInterfaceType) schema.getType("Node"));
    var nodes = requireNonNull(schema.getImplementations(node));
    var within = new TreeSet<String>();
    for (var list : ListPath.all(server)) {
      if (list.isWithinRows()) {
        if (list.isPaged()
            && nodes.stream().noneMatch(each -> list.name().startsWith(each.getName() + "."))) {
          within.add(list.name());
        }
        continue;
      }
      if (!list.isFiltered()) {
        continue;
      }
      var nothing = "where: { not: {} }";
      assertExported(
          list.document(nothing, list.isPaged() ? "nodes { __typename }" : "__typename"),
          "__typename");
      if (list.isPaged()) {
        var groups =
            ((GraphQLObjectType) GraphQLTypeUtil.unwrapAll(list.field().getType()))
                .getField("groups");
        var by = (GraphQLEnumType) GraphQLTypeUtil.unwrapAll(groups.getArgument("by").getType());
        assertExported(
            list.document(
                nothing,
                "groups(by: %s) { keys aggregate { count } }"
                    .formatted(by.getValues().getFirst().getName())),
            "keys,aggregate.count");
      }
    }
    // lists of a node are exported by its id; of these the root, the pipeline's asset or a page of
    // the earner's lists has the rows
    assertThat(within)
        .containsExactlyInAnyOrder(
            "Asset.materializations",
            "EarnerRewards.claims",
            "EarnerRewards.dailyRewards",
            "SlashingAmount.losses");
  }

  private static void assertExported(String document, String header) throws Exception {
    var response = export("csv", document);
    assertThat(response.statusCode()).as(document + response.body()).isEqualTo(200);
    assertThat(response.body()).as(document).isEqualTo(header + "\n");
  }

  @Test
  void too_many_groups_are_an_error_and_not_cut_silently() throws Exception {
    var all = export("csv", "{ delegators { groups(by: ADDRESS) { keys } } }");
    assertThat(all.statusCode()).as(all.body()).isEqualTo(400);
    assertThat(all.body()).contains("there are 1,000 groups or more").contains("first: 1000");

    var first = export("csv", "{ delegators { groups(by: ADDRESS, first: 300) { keys } } }");
    assertThat(first.body().lines()).hasSize(301);
    assertThat(first.headers().firstValue("content-disposition").orElseThrow())
        .contains("delegators-groups.csv");
  }

  @Test
  void groups_and_lists_of_a_node_are_exported() throws Exception {
    var groups =
        export(
            "csv",
            "{ operators { groups(by: [RISK_LEVEL, IS_ACTIVE]) { keys aggregate { count } } } }");

    assertThat(groups.body().lines().findFirst()).hasValue("keys,aggregate.count");
    assertThat(groups.body().lines().skip(1))
        .hasSizeGreaterThan(1)
        .allMatch(line -> line.matches("\"\\[.*,\"\"(true|false)\"\"]\",[0-9]+"));
    var set =
        server
            .query(
                "{ operatorSets(first: 1, orderBy: [{ field: MEMBER_COUNT }]) { nodes { id members"
                    + " { totalCount } } } }")
            .get("data")
            .get("operatorSets")
            .get("nodes")
            .get(0);
    var members =
        export(
            "jsonl",
            "{ node(id: \"%s\") { ... on OperatorSet { members { nodes { address } } } } }"
                .formatted(set.get("id").getStringValue()));
    assertThat(members.body().lines())
        .hasSize(set.get("members").get("totalCount").getIntValue())
        .isNotEmpty()
        .allMatch(line -> line.matches("\\{\"address\":\"0x[0-9a-f]{40}\"}"));
  }

  @Test
  void a_text_that_looks_like_a_formula_is_quoted_for_spreadsheets() throws Exception {
    server
        .tables()
        .execute(
            "update operator_current_state set name = '=1+1' where operator_id ="
                + " '0xa42cd0029f681b08b61f535e846f2a36f468c1c2'");

    var response =
        export(
            "csv",
            "{ operators(where: { name: { startsWith: \"=\" } }) { nodes { metadata { name } } }"
                + " }");

    assertThat(response.body()).isEqualTo("metadata.name\n'=1+1\n");
  }

  private static HttpResponse<String> export(String format, String document) throws Exception {
    return server.get(
        "/graphql/export."
            + format
            + "?query="
            + URLEncoder.encode(document, StandardCharsets.UTF_8));
  }
}
