package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.epochs.DocumentText;
import dev.operatoranalytics.epochs.EpochTables;
import dev.operatoranalytics.epochs.EpochUpdate;
import dev.operatoranalytics.epochs.SourceFailed;
import dev.operatoranalytics.pipeline.Run;
import io.micronaut.context.ApplicationContext;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Epochs over the API, from two servers on one database. */
class EpochApiTest {
  private static final int EPOCHS = 250;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path directory;
  private static EpochTables tables;
  private static EmbeddedServer server;
  private static EmbeddedServer other;

  @BeforeAll
  static void start() throws Exception {
    tables = new EpochTables();
    var lines = new ArrayList<String>();
    for (var epoch = 0; epoch < EPOCHS; epoch++) {
      lines.add(document(epoch));
    }
    tables.imported(Files.writeString(directory.resolve("epochs.jsonl"), String.join("\n", lines)));
    server = server(Map.of());
    other =
        server(
            Map.of(
                "operator-analytics.limits.cells",
                700,
                "epochs.source",
                directory.resolve("source.jsonl.gz").toString()));
  }

  @AfterAll
  static void stop() throws Exception {
    server.getApplicationContext().close();
    other.getApplicationContext().close();
    tables.close();
  }

  /**
   * Operators 0 and 7 grow; 300 joins at epoch 120 and its price needs more than 63 bits. Epoch 1
   * is a week after epoch 0.
   */
  private static String document(int epoch) {
    var document =
        new DocumentText(epoch)
            .endingAt(1_000 + 120L * epoch + (epoch == 0 ? 0 : 100_000))
            .operator(0, Long.toString(1_000_000L + epoch), "1000000")
            .operator(7, Long.toString(2_000_000L + 3L * epoch), "1000000")
            .reward(0, Integer.toString(epoch));
    if (epoch >= 120) {
      document.operator(300, "100000000", "1");
    }
    for (var of = 0; of < epoch; of += 5) {
      document.price(0, of, Long.toString(1_000_000_000_000_000_000L - of));
    }
    return document.toString();
  }

  @Test
  void the_matrix_returns_every_stored_price_exactly() throws Exception {
    var matrix =
        query("{ sharePrices { epochs series { operatorId firstEpoch offset values } } }")
            .get("data")
            .get("sharePrices");

    var told = new ArrayList<String>();
    for (var series : matrix.get("series").values()) {
      var offset = series.get("offset").getIntValue();
      for (var i = 0; i < series.get("values").size(); i++) {
        var value = series.get("values").get(i);
        if (!value.isNull()) {
          told.add(
              "%d %d %s"
                  .formatted(
                      matrix.get("epochs").get(offset + i).getIntValue(),
                      series.get("operatorId").getIntValue(),
                      value.getStringValue()));
        }
      }
    }
    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(
            lines(
                "select epoch, operator_id, stake_per_share_perq from operator_share_prices where"
                    + " stake_per_share_perq is not null"));
    assertThat(told).contains("120 300 100000000000000000000000000");
  }

  @Test
  void downsampled_series_hold_stored_points_on_one_axis() throws Exception {
    var thinned =
        query(
                "{ sharePrices(maxPoints: 20) { isDownsampled epochs series { operatorId offset"
                    + " values } } }")
            .get("data")
            .get("sharePrices");

    assertThat(thinned.get("isDownsampled").getBooleanValue()).isTrue();
    assertThat(thinned.get("epochs").size()).isEqualTo(20);
    assertThat(thinned.get("epochs").get(0).getIntValue()).isZero();
    assertThat(thinned.get("epochs").get(19).getIntValue()).isEqualTo(EPOCHS - 1);
    for (var series : thinned.get("series").values()) {
      for (var i = 0; i < series.get("values").size(); i++) {
        var epoch = thinned.get("epochs").get(series.get("offset").getIntValue() + i).getIntValue();
        assertThat(series.get("values").get(i).getStringValue())
            .isEqualTo(
                lines(
                        "select stake_per_share_perq from operator_share_prices where epoch = %d and operator_id = %d"
                            .formatted(epoch, series.get("operatorId").getIntValue()))
                    .getFirst());
      }
    }
  }

  @Test
  void incremental_and_chained_reads_are_parts_of_the_full_matrix() throws Exception {
    var increment =
        query(
                "{ sharePrices(sinceEpoch: 240, operatorIds: [0], form: CHAIN) { e: epochs series {"
                    + " values } } }")
            .get("data")
            .get("sharePrices");

    assertThat(increment.get("e").size()).isEqualTo(9);
    assertThat(increment.get("series").get(0).get("values").size()).isEqualTo(1);
    assertThat(increment.get("series").get(0).get("values").get(0).getStringValue())
        .isEqualTo("999999999999999755");
  }

  @Test
  void prices_of_the_last_days_have_estimated_times() throws Exception {
    var prices =
        query(
                "{ sharePrices(days: 1, maxPoints: 5, operatorIds: [0]) { epochs endTimes }"
                    + " epochs(last: 1) { nodes { number ingestedAt estimatedEndAt } } }")
            .get("data");

    var epochs = prices.get("sharePrices").get("epochs");
    var times = prices.get("sharePrices").get("endTimes");
    assertThat(times.size()).isEqualTo(epochs.size()).isEqualTo(5);
    var newest = prices.get("epochs").get("nodes").get(0);
    assertThat(newest.get("estimatedEndAt")).isEqualTo(newest.get("ingestedAt"));
    var last = Instant.parse(newest.get("estimatedEndAt").getStringValue());
    for (var i = 0; i < times.size(); i++) {
      var blocks =
          Long.parseLong(
              lines(
                      "select max(end_block) - min(end_block) from epochs where epoch in (%d, %d)"
                          .formatted(epochs.get(i).getIntValue(), EPOCHS - 1))
                  .getFirst());
      assertThat(Instant.parse(times.get(i).getStringValue()))
          .isCloseTo(last.minusMillis(blocks * 6_130), within(1, ChronoUnit.MILLIS));
      assertThat(blocks * 6.13).isLessThan(86_400);
    }
  }

  @Test
  void reward_buckets_sum_up_to_all_rewards() throws Exception {
    for (var arguments :
        List.of("maxBuckets: 7", "maxBuckets: 1000", "maxBuckets: 3, operatorIds: [0, 7]")) {
      var sum = 0L;
      for (var bucket :
          query("{ rewardBuckets(%s) { rewards unknownEpochs } }".formatted(arguments))
              .get("data")
              .get("rewardBuckets")
              .values()) {
        sum += Long.parseLong(bucket.get("rewards").getStringValue());
        assertThat(bucket.get("unknownEpochs").getIntValue()).isZero();
      }
      assertThat(sum).isEqualTo(EPOCHS * (EPOCHS - 1L) / 2);
    }
  }

  @Test
  void pages_forward_and_backward_return_every_epoch_once() throws Exception {
    var forward = new ArrayList<Integer>();
    for (var after = ""; ; ) {
      var page =
          query(
                  "{ epochs(from: 3, first: 90%s) { totalCount nodes { number } pageInfo { hasNextPage endCursor } } }"
                      .formatted(after))
              .get("data")
              .get("epochs");
      page.get("nodes").values().forEach(node -> forward.add(node.get("number").getIntValue()));
      assertThat(page.get("totalCount").getIntValue()).isEqualTo(EPOCHS - 3);
      if (!page.get("pageInfo").get("hasNextPage").getBooleanValue()) {
        break;
      }
      after = ", after: \"%s\"".formatted(page.get("pageInfo").get("endCursor").getStringValue());
    }
    assertThat(forward).hasSize(EPOCHS - 3).isSorted().doesNotHaveDuplicates();
    var last =
        query(
                "{ epochs(last: 2) { nodes { number operators(last: 1) { nodes { operatorId"
                    + " operator { isActive } } } } } }")
            .get("data")
            .get("epochs")
            .get("nodes");
    assertThat(last.get(1).get("number").getIntValue()).isEqualTo(EPOCHS - 1);
    assertThat(last.get(1).get("operators").get("nodes").get(0).get("operatorId").getIntValue())
        .isEqualTo(300);
  }

  @Test
  void every_field_of_an_epoch_and_of_an_operator_returns_a_value() throws Exception {
    var answer =
        query(
            """
            { epoch(number: 130) { number domainId startBlock endBlock endHash ingestedAt totalStake totalShares storageFees rewards treasuryFunds operatorCount operatorSharePrices chain: operatorSharePrices(form: CHAIN)
                operators { totalCount edges { cursor node { operatorId stake shares activeStake reward storageFeeDeposit deposits withdrawals stakePerShare chainSharePrice chainSharePriceSource } } }
                quality { gapBefore isEndBlockProvisional isEndBlockRising isStakeSumEqual storageFeeRatio priceRises sharesAboveStake priceMismatches pricesUnknown conflictingPrices supersededDocuments otherDomainRecords issues { jsonPath kind raw reason } } }
              domainOperator(operatorId: 7) { id operatorId name color firstSeenEpoch lastSeenEpoch isActive status nominationTax signingKey minimumNominatorStake currentStake currentShares stakePerShare yield(days: 1) { days basis firstEpoch lastEpoch growth annualized reason } none: yield(days: 30) { growth } }
              domainOperators(orderBy: [{ field: OPERATOR_ID, direction: ASC }]) { totalCount nodes { operatorId } } }
            """);

    assertThat(answer.get("errors")).isNull();
    var epoch = answer.get("data").get("epoch");
    assertThat(epoch.get("operatorSharePrices").get("300").getStringValue())
        .isEqualTo("100000000000000000000000000");
    assertThat(epoch.get("chain").get("0").getStringValue()).isEqualTo("999999999999999870");
    var yield = answer.get("data").get("domainOperator").get("yield");
    assertThat(yield.get("lastEpoch").getIntValue()).isEqualTo(EPOCHS - 1);
    assertThat(answer.get("data").get("domainOperator").get("none").isNull()).isTrue();
  }

  /** The worked example of docs/epochs.md. */
  @Test
  void growth_is_annualised_only_from_a_week_or_more() throws Exception {
    assertThat(yields(7, "days: 7")).isEqualTo("0 249 0.0003735 0.014901475317388365 -");
    assertThat(yields(7, "days: 7, basis: NET"))
        .isEqualTo("0 249 0.0002988 0.011903968078171102 -");
    assertThat(yields(7, "days: 3")).isEqualTo("0 249 0.0003735 0.014901475317388365 -");
    assertThat(yields(7, "days: 1")).isEqualTo("131 249 0.000176965226333026 - WINDOW_TOO_SHORT");
  }

  @Test
  void too_large_growth_is_not_annualised_and_growth_from_zero_is_null() throws Exception {
    var set =
        "update operator_share_prices set stake_per_share_perq = %s where (epoch, operator_id) ="
            + " (0, 0)";
    try (var statement = tables.connection().createStatement()) {
      statement.execute(set.formatted("500000000000000000"));
      assertThat(yields(0, "basis: GROSS")).isEqualTo("0 249 1.000498 - GROWTH_TOO_LARGE");
      statement.execute(set.formatted("0"));
      assertThat(yields(0, "days: 7, basis: GROSS")).isEqualTo("null");
    } finally {
      Sql.update(tables.connection(), set.formatted("1000000000000000000"));
    }
  }

  @Test
  void a_failed_epoch_run_is_recorded_and_so_is_the_next_successful_one() throws Exception {
    var source = directory.resolve("source.jsonl.gz");
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(document(0).getBytes(StandardCharsets.UTF_8));
    }
    var update = other.getApplicationContext().getBean(EpochUpdate.class);
    Files.write(source, Arrays.copyOf(packed.toByteArray(), packed.size() - 20));
    assertThatThrownBy(() -> update.run(Run.Trigger.COMMAND, (documents, part) -> {}, text -> {}))
        .isInstanceOf(SourceFailed.class);
    assertThatThrownBy(() -> update.run(Run.Trigger.SCHEDULE, (documents, part) -> {}, text -> {}))
        .isInstanceOf(SourceFailed.class);
    Files.write(source, packed.toByteArray());
    for (var again = 0; again < 2; again++) {
      assertThat(update.run(Run.Trigger.SCHEDULE, (documents, part) -> {}, text -> {}).present())
          .isEqualTo(1);
    }

    var runs =
        query(
                "{ pipeline { runs(orderBy: [{ field: STARTED_AT, direction: ASC }])"
                    + " { nodes { job trigger status } } } }")
            .get("data")
            .get("pipeline")
            .get("runs")
            .get("nodes");
    var told = new ArrayList<String>();
    for (var run : runs.values()) {
      for (var name : List.of("job", "trigger", "status")) {
        told.add(run.get(name).getStringValue());
      }
    }
    assertThat(told)
        .containsExactly("EPOCHS", "COMMAND", "FAILED", "EPOCHS", "SCHEDULE", "SUCCEEDED");
    assertThat(lines("select error from pipeline_runs where status = 'FAILED'"))
        .singleElement()
        .asString()
        .startsWith("Cannot read " + source);
  }

  /** Returns first and last epoch, growth, annualised growth, and why it is null. */
  private static String yields(int operator, String arguments) throws Exception {
    var found =
        query(
                "{ domainOperator(operatorId: %d) { yield(%s) { firstEpoch lastEpoch growth annualized reason } } }"
                    .formatted(operator, arguments))
            .get("data")
            .get("domainOperator")
            .get("yield");
    if (found.isNull()) {
      return "null";
    }
    var told = new ArrayList<String>();
    for (var name : List.of("firstEpoch", "lastEpoch", "growth", "annualized", "reason")) {
      told.add(found.get(name).isNull() ? "-" : found.get(name).coerceStringValue());
    }
    return String.join(" ", told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sharePrices(from: -1) { epochs }          | from is 0 or more, not -1
          sharePrices(from: 9, to: 3) { epochs }    | from is 9, beyond to, which is 3
          sharePrices(domainId: 5) { epochs }       | this instance serves domain 0, not 5
          sharePrices(maxPoints: 1) { epochs }      | maxPoints is 2 or more, not 1
          sharePrices(days: 0) { epochs }           | days is 1 or more, not 0
          sharePrices(operatorIds: [-4]) { epochs } | an operator id is 0 or more, not -4
          epoch(number: -3) { number }              | number is 0 or more, not -3
          epochs(after: "x") { totalCount }         | not a cursor of ours
          rewardBuckets(maxBuckets: 0) { rewards }  | maxBuckets is 1 to 10,000, not 0
          domainOperator(operatorId: 0) { yield(days: 2) { days } } | days is 1, 3, 7 or 30, not 2
          """)
  void invalid_arguments_are_errors(String field, String message) throws Exception {
    var answer = query("{ " + field + " }");

    assertThat(answer.get("errors").get(0).get("message").getStringValue()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sharePrices { epochs }                       | could hold 750 values, at most 700
          sharePrices(from: 16) { epochs }             | could hold 702 values, at most 700
          sharePrices(from: 17) { epochs }             | -
          sharePrices(operatorIds: [0, 7]) { epochs }  | -
          sharePrices(maxPoints: 200) { epochs }       | -
          """)
  void a_matrix_of_too_many_values_is_rejected_before_it_is_read(String field, String message)
      throws Exception {
    var query = URLEncoder.encode("{ " + field + " }", StandardCharsets.UTF_8);

    var answer = new String(get(other, "/graphql?query=" + query).body(), StandardCharsets.UTF_8);

    if (message.equals("-")) {
      assertThat(answer).doesNotContain("errors");
    } else {
      assertThat(answer).contains(message, "BAD_USER_INPUT");
    }
  }

  @Test
  void old_rows_keep_their_shape() throws Exception {
    var rows = json(get(server, "/api/epochs"));

    assertThat(rows.size()).isEqualTo(EPOCHS);
    var row = rows.get(130);
    assertThat(row.get("domainId").getIntValue()).isZero();
    assertThat(row.get("epoch").getIntValue()).isEqualTo(130);
    assertThat(row.get("operators").getIntValue()).isEqualTo(3);
    assertThat(row.get("totalStake").isString()).isTrue();
    assertThat(row.get("storageFees").getStringValue()).isEqualTo("75");
    assertThat(row.get("operatorStakes").get("7").getStringValue()).isEqualTo("2000390");
    assertThat(row.get("rewards").get("0").getStringValue()).isEqualTo("130");
    assertThat(row.get("operatorSharePrices").get("0").getStringValue())
        .isEqualTo("1000130000000000000");
    var newest = json(get(server, "/api/epochs-v2?limit=3"));
    assertThat(newest.size()).isEqualTo(3);
    assertThat(newest.get(0).get("epoch").getIntValue()).isEqualTo(EPOCHS - 3);
    assertThat(newest.get(0).get("meta").get("v2").getBooleanValue()).isTrue();
    assertThat(newest.get(0).get("meta").get("sampleApplied").getBooleanValue()).isFalse();
    var sample = json(get(server, "/api/epochs?sample=4"));
    assertThat(sample.values().iterator())
        .toIterable()
        .extracting(each -> each.get("epoch").getIntValue())
        .containsExactly(0, 63, 126, 189, 249);
    var summary = json(get(server, "/api/summary"));
    assertThat(summary.get("epoch").getIntValue()).isEqualTo(EPOCHS - 1);
    assertThat(summary.get("rewardsTotal").getStringValue()).isEqualTo("249");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/epochs?limit=abc",
    "/api/epochs?limit=0",
    "/api/epochs?limit=-5",
    "/api/epochs?limit=5001",
    "/api/epochs-v2?sample=20001",
    "/api/exports/share-prices.csv?from=x",
    "/api/exports/share-prices.csv?from=9&to=3"
  })
  void old_endpoints_reject_invalid_input_with_400(String path) throws Exception {
    var response = get(server, path);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("code").getStringValue()).isEqualTo("BAD_USER_INPUT");
  }

  @Test
  void exports_contain_both_prices_for_any_range() throws Exception {
    var csv = text(get(server, "/api/exports/share-prices.csv?from=95&to=125")).lines().toList();

    assertThat(csv.getFirst()).isEqualTo("epoch,operator_id,chain_share_price,stake_per_share");
    assertThat(csv.subList(1, csv.size()))
        .containsExactlyElementsOf(
            lines(
                """
                select concat_ws(',', epoch, operator_id, case when source = 'epochs_json' then share_price_perq::text else '' end, stake_per_share_perq)
                from operator_share_prices where epoch between 95 and 125 order by epoch, operator_id
                """));
    assertThat(text(get(server, "/api/exports/share-prices.jsonl?from=120&to=120&operatorIds=300")))
        .isEqualTo(
            "{\"epoch\":120,\"operatorId\":300,\"chainSharePrice\":null,\"stakePerShare\":\"100000000000000000000000000\"}\n");
  }

  @Test
  void an_etag_matches_compressed_and_uncompressed_responses() throws Exception {
    for (var path :
        List.of(
            "/api/epochs",
            "/graphql?query=%7BsharePrices%7Bseries%7Bvalues%7D%7D%7D",
            "/graphql?query=%7BsharePrices%7BisDownsampled%7DdomainOperators%7BtotalCount%7D%7D")) {
      var plain = get(server, path);
      var packed = get(server, path, "accept-encoding", "gzip");
      var tag = plain.headers().firstValue("etag").orElseThrow();

      assertThat(text(packed)).isEqualTo(text(plain));
      assertThat(packed.headers().firstValue("content-encoding")).hasValue("gzip");
      assertThat(packed.headers().firstValue("etag")).hasValue(tag);
      assertThat(get(server, path, "if-none-match", tag).statusCode()).isEqualTo(304);
      assertThat(get(other, path).headers().firstValue("etag")).hasValue(tag);
      assertThat(text(get(server, path))).isEqualTo(text(plain));
    }
  }

  @Test
  void both_servers_report_new_data_of_one_database_within_a_second() throws Exception {
    var before = get(server, "/api/summary");
    get(other, "/api/summary");
    var document = document(EPOCHS + 1).replace("\"endBlock\":", "\"endBlock\":1");
    tables.imported(Files.writeString(directory.resolve("more.json"), document));
    try {
      for (var each : List.of(server, other)) {
        await()
            .atMost(Duration.ofMillis(1_200))
            .until(() -> json(get(each, "/api/summary")).get("epoch").getIntValue() == EPOCHS + 1);
      }
      assertThat(get(server, "/api/summary").headers().firstValue("etag"))
          .isNotEqualTo(before.headers().firstValue("etag"));
    } finally {
      tables
          .connection()
          .createStatement()
          .execute(
              "delete from epochs where epoch > 249; delete from operator_shares where epoch > 249;"
                  + " delete from operator_share_prices where epoch > 249; delete from"
                  + " epoch_dictionaries where epoch > 249; delete from epoch_reward_sums where"
                  + " epoch > 249; update share_price_blocks set stake_per_share[52] = null where"
                  + " first_epoch = 200; update operators_metadata set last_seen_epoch = 249;"
                  + " delete from chain_share_prices where epoch > 249; update epochs set version ="
                  + " version + 1 where epoch = 0");
      for (var each : List.of(server, other)) {
        await()
            .until(() -> json(get(each, "/api/summary")).get("epoch").getIntValue() != EPOCHS + 1);
      }
    }
  }

  private static EmbeddedServer server(Map<String, Object> settings) {
    var properties = new HashMap<String, Object>();
    for (var name : List.of("events", "pipeline", "api")) {
      dataSource(properties, name, tables.url());
    }
    properties.put("flyway.datasources.pipeline.enabled", false);
    properties.put("micronaut.server.port", -1);
    properties.putAll(settings);
    return ApplicationContext.builder()
        .deduceEnvironment(false)
        .properties(properties)
        .start()
        .getBean(EmbeddedServer.class)
        .start();
  }

  private static void dataSource(
      Map<String, Object> properties, String name, ConnectionUrl connection) {
    properties.put("datasources." + name + ".url", connection.jdbc());
    properties.put("datasources." + name + ".username", String.valueOf(connection.user()));
    properties.put("datasources." + name + ".password", String.valueOf(connection.password()));
  }

  private static List<String> lines(String sql) {
    return tables.rows(sql).stream().map(row -> String.join(" ", row)).toList();
  }

  private static JsonNode query(String document) throws IOException, InterruptedException {
    var body =
        server
            .getApplicationContext()
            .getBean(JsonMapper.class)
            .writeValueAsString(Map.of("query", document));
    return json(
        HTTP.send(
            HttpRequest.newBuilder(server.getURI().resolve("/graphql"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray()));
  }

  private static HttpResponse<byte[]> get(EmbeddedServer from, String path, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(from.getURI() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> response) throws IOException {
    if (response.headers().firstValue("content-encoding").isEmpty()) {
      return new String(response.body(), StandardCharsets.UTF_8);
    }
    try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      return new String(unpacked.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    return server
        .getApplicationContext()
        .getBean(JsonMapper.class)
        .readValue(text(response), JsonNode.class);
  }
}
