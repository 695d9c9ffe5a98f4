package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
