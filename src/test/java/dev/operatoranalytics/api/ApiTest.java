package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Responses over HTTP for the demo network. */
class ApiTest {
  private static final String FEATURED = "0xa42cd0029f681b08b61f535e846f2a36f468c1c2";

  @RegisterExtension static final DemoServer server = new DemoServer();

  private static final HttpClient http = HttpClient.newHttpClient();

  @Test
  void a_search_matches_addresses_and_names_only() throws Exception {
    var found =
        server
            .query(
                """
                {
                  whole: search(text: "%1$s") { ... on Operator { address metadata { name } } }
                  part: search(text: "%2$s", first: 100) { __typename ... on Operator { address } }
                  token: search(text: "steth") { ... on Strategy { symbol } }
                  nothing: search(text: "0xzz") { __typename }
                }
                """
                    .formatted(
                        FEATURED.toUpperCase(Locale.ROOT).replace("0X", "0x"),
                        FEATURED.substring(0, 6)))
            .get("data");

    // the operator also delegates to itself
    assertThat(found.get("whole").size()).isEqualTo(2);
    assertThat(found.get("whole").get(0).get("address").getStringValue()).isEqualTo(FEATURED);
    assertThat(found.get("part").values())
        .anySatisfy(
            each -> assertThat(each.get("__typename").getStringValue()).isEqualTo("Operator"));
    assertThat(found.get("token").get(0).get("symbol").getStringValue().toLowerCase(Locale.ROOT))
        .isEqualTo("steth");
    assertThat(found.get("nothing").size()).isZero();
    var name = found.get("whole").get(0).get("metadata").get("name").getStringValue();
    assertThat(
            server
                .query("{ search(text: \"%s\") { ... on Operator { address } } }".formatted(name))
                .get("data")
                .get("search")
                .get(0)
                .get("address")
                .getStringValue())
        .isEqualTo(FEATURED);
  }

  @Test
  void a_failed_metadata_fetch_is_reported_with_its_reason() throws Exception {
    server
        .tables()
        .execute(
            """
            insert into metadata_fetches
                (subject, subject_id, uri, status, reason, detail, failures, attempted_at, next_attempt_at)
            values ('OPERATOR', '%s', 'https://gone.example', 'FAILED', 'STATUS', 'answered 404', 2,
                '2026-01-22T00:00:00Z', '2026-01-22T00:10:00Z')
            """
                .formatted(FEATURED));

    var fetch =
        server
            .query(
                "{ operator(address: \"%s\") { metadataFetch { status reason detail failures fetchedAt } } }"
                    .formatted(FEATURED))
            .get("data")
            .get("operator")
            .get("metadataFetch");
    var avs =
        server
            .query("{ avses(first: 1) { nodes { metadataFetch { status } } } }")
            .get("data")
            .get("avses")
            .get("nodes")
            .get(0);

    assertThat(
            Stream.of("status", "reason", "detail").map(field -> fetch.get(field).getStringValue()))
        .containsExactly("FAILED", "STATUS", "answered 404");
    assertThat(fetch.get("failures").getIntValue()).isEqualTo(2);
    assertThat(fetch.get("fetchedAt").isNull()).isTrue();
    assertThat(avs.get("metadataFetch").isNull()).isTrue();
  }

  @Test
  void the_seed_queries_return_the_values_of_the_seed_operator() {
    var byStrategy =
        server
            .tables()
            .rows(
                """
                SELECT strategy_id, COUNT(*) as records,
                       SUM(CASE WHEN tvs_usd IS NOT NULL THEN 1 ELSE 0 END) as with_tvs
                FROM operator_delegator_shares
                WHERE operator_id = '0xa42cd0029f681b08b61f535e846f2a36f468c1c2'
                GROUP BY strategy_id;
                """);
    assertThat(byStrategy)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.get(1)).isEqualTo(row.get(2)));
    assertThat(
            server
                .tables()
                .rows(
                    """
                    SELECT * FROM operator_strategy_state
                    WHERE operator_id = '0xa42cd0029f681b08b61f535e846f2a36f468c1c2';
                    """))
        .hasSize(byStrategy.size())
        .allSatisfy(row -> assertThat(row).doesNotContain("-"));
    var total =
        server
            .tables()
            .rows(
                """
                SELECT operator_id, total_tvs, tvs_updated_at
                FROM operator_state
                WHERE operator_id = '0xa42cd0029f681b08b61f535e846f2a36f468c1c2';
                """)
            .getFirst();
    assertThat(new BigDecimal(total.get(1))).isPositive();
    assertThat(total.get(2)).startsWith("2026-01-");
  }

  @Test
  void the_old_stats_endpoint_returns_every_strategy_with_its_value() throws Exception {
    var response = server.get("/api/v1/operators/" + FEATURED + "/stats");

    var stats = server.json(response);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(new BigDecimal(text(stats, "tvs", "total"))).isPositive();
    assertThat(at(stats, "tvs", "by_strategy").size()).isPositive();
    for (var strategy : at(stats, "tvs", "by_strategy").values()) {
      assertThat(new BigDecimal(text(strategy, "tvs_usd"))).isPositive();
      assertThat(text(strategy, "strategy_id")).startsWith("0x");
      assertThat(text(strategy, "strategy_name")).isNotEmpty();
      assertThat(text(strategy, "max_magnitude")).matches("[0-9]+");
      assertThat(text(strategy, "encumbered_magnitude")).matches("[0-9]+");
      assertThat(text(strategy, "utilization_rate")).isNotEmpty();
    }
    assertThat(at(stats, "delegators", "active").getIntValue()).isEqualTo(357);
    assertThat(at(stats, "delegators", "total").getIntValue()).isEqualTo(365);
    assertThat(at(stats, "avs", "active").getIntValue()).isEqualTo(22);
  }

  @Test
  void an_unknown_operator_is_null_or_404_and_an_invalid_address_is_an_error() throws Exception {
    var nobody = "0x" + "00".repeat(19) + "01";

    assertThat(
            at(
                    server.query("{ operator(address: \"%s\") { id } }".formatted(nobody)),
                    "data",
                    "operator")
                .isNull())
        .isTrue();
    assertThat(server.get("/api/v1/operators/" + nobody + "/stats").statusCode()).isEqualTo(404);
    assertThat(server.get("/api/v1/operators/0x12/stats").statusCode()).isEqualTo(400);
    assertThat(error(server.query("{ operator(address: \"0x12\") { id } }")))
        .contains("Address is 0x and 40 hex digits, not '0x12'");
  }

  @Test
  void addresses_match_in_upper_and_lower_case() throws Exception {
    var upper = "0x" + FEATURED.substring(2).toUpperCase(java.util.Locale.ROOT);

    assertThat(
            text(
                server.query("{ operator(address: \"%s\") { address } }".formatted(upper)),
                "data",
                "operator",
                "address"))
        .isEqualTo(FEATURED);
  }

  @ParameterizedTest
  @CsvSource({
    "TVS_USD,DESC,LAST",
    "TVS_USD,ASC,FIRST",
    "ACTIVE_DELEGATORS,ASC,LAST",
    "NAME,ASC,LAST",
    "NAME,DESC,FIRST"
  })
  void pages_forward_and_backward_return_every_operator_once_in_order(
      String field, String direction, String nulls) throws Exception {
    var order =
        "orderBy: [{ field: %s, direction: %s, nulls: %s }]".formatted(field, direction, nulls);
    var whole = addresses(page(order + ", first: 100"));
    assertThat(whole).hasSize(97).doesNotHaveDuplicates();

    var forward = new ArrayList<String>();
    for (var after = ""; ; ) {
      var page = page(order + ", first: 7" + after);
      forward.addAll(addresses(page));
      if (!at(page, "pageInfo", "hasNextPage").getBooleanValue()) {
        break;
      }
      after = ", after: \"%s\"".formatted(text(page, "pageInfo", "endCursor"));
    }
    var backward = new ArrayList<String>();
    for (var before = ""; ; ) {
      var page = page(order + ", last: 7" + before);
      backward.addAll(0, addresses(page));
      if (!at(page, "pageInfo", "hasPreviousPage").getBooleanValue()) {
        break;
      }
      before = ", before: \"%s\"".formatted(text(page, "pageInfo", "startCursor"));
    }
    assertThat(forward).isEqualTo(whole);
    assertThat(backward).isEqualTo(whole);
  }

  @Test
  void a_cursor_is_rejected_with_another_order() throws Exception {
    var cursor = text(page("first: 1"), "pageInfo", "endCursor");

    assertThat(
            error(
                server.query(
                    "{ operators(first: 1, orderBy: [{ field: NAME }], after: \"%s\") { totalCount } }"
                        .formatted(cursor))))
        .contains("the cursor belongs to another list, order or filter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          first: 0            | first is 1 to 1,000, not 0
          first: 1001         | first is 1 to 1,000, not 1001
          last: -1            | last is 1 to 1,000, not -1
          first: 1, last: 1   | give first or last, not both
          first: 1, after: "~"| not a cursor of ours
          before: "x"         | after goes with first, before goes with last
          """)
  void invalid_arguments_are_errors(String arguments, String message) throws Exception {
    var answer = server.query("{ operators(%s) { nodes { id } } }".formatted(arguments));

    assertThat(error(answer)).contains(message);
    assertThat(text(at(answer, "errors").get(0), "extensions", "code")).isEqualTo("BAD_USER_INPUT");
  }

  @Test
  void each_level_needs_one_statement_for_any_number_of_rows() throws Exception {
    var document =
        """
        { operators(first: %d) { nodes {
            metadata { name } state { tvsUsd }
            statistics { tvs { byStrategy { strategy { symbol } } } }
            strategies(first: 3) { nodes { strategy { symbol } operator { address } } }
            delegators(first: 3) { nodes { delegator { address operator { address } } shares { strategy { symbol } } } }
        } } }
        """;
    server.query(document.formatted(1));
    server.statements();
    server.query(document.formatted(1));
    var few = server.statements();
    var answer = server.query(document.formatted(40));
    var many = server.statements();

    assertThat(answer.get("errors")).isNull();
    assertThat(many).hasSameSizeAs(few);
    assertThat(many.size()).isLessThanOrEqualTo(12);
  }

  @Test
  void terms_and_history_of_operators_need_one_statement_per_level() throws Exception {
    var document =
        """
        { operators(first: %d) { nodes {
            allocations(first: 3) { nodes { strategy { symbol } operatorSet { avs { metadata { name } } strategies { symbol } members(first: 2) { nodes { address } } } } }
            avsRelationships(first: 3, status: REGISTERED) { nodes { avs { address } periods { days operatorSet { number } } } }
            commissionRates { currentBips avs { address } operatorSet { number } history { newBips } }
            slashingIncidents(first: 3) { nodes { operatorSet { number } amounts { wadSlashed strategy { symbol } } } }
            queuedWithdrawals(first: 3, status: QUEUED) { nodes { delegator { address } shares { shares strategy { symbol } } } }
            activity(first: 3, types: [SLASHED, ALLOCATED]) { totalCount nodes { type avs { address } } }
        } } }
        """;
    server.query(document.formatted(1));
    server.statements();
    server.query(document.formatted(5));
    var few = server.statements();
    var answer = server.query(document.formatted(40));
    var many = server.statements();

    assertThat(answer.get("errors")).isNull();
    assertThat(many).hasSameSizeAs(few);
  }

  @Test
  void the_overview_counts_the_same_slashes_as_the_incidents() throws Exception {
    var operators =
        at(
            server.query(
                "{ operators(first: 1000) { nodes { state { totalSlashEvents }"
                    + " slashingIncidents(first: 1) { totalCount } } } }"),
            "data",
            "operators",
            "nodes");
    var slashes = new ArrayList<Integer>();
    for (var operator : operators.values()) {
      var counted = at(operator, "state", "totalSlashEvents").getIntValue();
      assertThat(at(operator, "slashingIncidents", "totalCount").getIntValue()).isEqualTo(counted);
      slashes.add(counted);
    }

    assertThat(slashes).anyMatch(counted -> counted > 0);
  }

  @Test
  void a_document_without_data_sends_no_statement() throws Exception {
    server.statements();

    assertThat(text(server.query("{ __typename }"), "data", "__typename")).isEqualTo("Query");

    assertThat(server.statements()).isEmpty();
  }

  @Test
  void a_delegator_has_an_operator_shares_and_delegation_periods() throws Exception {
    var answer =
        server.query(
            """
            { delegator(address: "0x001461c431645ae6f6279054b6572bcbf66d2a91") {
                operator { address } shares { strategy { symbol } shares tvsUsd } tvsUsd periods { operator { address } undelegatedAt }
            } }
            """);

    var delegator = at(answer, "data", "delegator");
    assertThat(text(delegator, "operator", "address")).isEqualTo(FEATURED);
    assertThat(text(at(delegator, "shares").get(0), "strategy", "symbol")).isEqualTo("cbETH");
    assertThat(text(delegator, "tvsUsd")).isEqualTo(text(at(delegator, "shares").get(0), "tvsUsd"));
    assertThat(at(delegator, "periods").size()).isEqualTo(1);
  }

  @Test
  void exposures_of_delegators_sum_up_to_their_operators_except_for_rounding() throws Exception {
    var operator =
        at(
            server.query(
                """
                { operator(address: "%s") {
                    allocations(first: 1000, where: { isSlashable: { eq: true } }) {
                      nodes { ...Slashable }
                    }
                    delegators(first: 1000) { nodes { exposure { ...Exposed } } }
                } }
                fragment Slashable on Allocation { operatorSet { id } strategy { id } slashableShares }
                fragment Exposed on Exposure { operatorSet { id } strategy { id } slashableShares }
                """
                    .formatted(FEATURED)),
            "data",
            "operator");
    var exposed = new HashMap<String, BigDecimal>();
    var delegators = at(operator, "delegators", "nodes");
    for (var delegator : delegators.values()) {
      for (var each : at(delegator, "exposure").values()) {
        exposed.merge(
            text(each, "operatorSet", "id") + text(each, "strategy", "id"),
            new BigDecimal(text(each, "slashableShares")),
            BigDecimal::add);
      }
    }

    var allocations = at(operator, "allocations", "nodes");
    assertThat(allocations.size()).isPositive();
    for (var allocation : allocations.values()) {
      assertThat(
              exposed.get(
                  text(allocation, "operatorSet", "id") + text(allocation, "strategy", "id")))
          .isBetween(
              new BigDecimal(text(allocation, "slashableShares"))
                  .subtract(BigDecimal.valueOf(delegators.size())),
              new BigDecimal(text(allocation, "slashableShares")));
    }
  }

  @Test
  void the_queued_withdrawals_of_an_operator_sum_up_to_its_queue() throws Exception {
    var largest =
        server
            .query(
                """
                { queuedWithdrawals(
                    first: 1, where: { status: { eq: QUEUED } }, orderBy: [{ field: CURRENT_USD }]
                ) { nodes { operator { address withdrawalQueue {
                    strategy { address } shares slashableWithdrawalCount withdrawalCount
                } } } } }
                """)
            .get("data")
            .get("queuedWithdrawals")
            .get("nodes")
            .get(0)
            .get("operator");
    var operator = text(largest, "address");
    for (var queue : largest.get("withdrawalQueue").values()) {
      var where =
          "status: { eq: QUEUED }, operator: { eq: \"%s\" }, shares: { some: { strategy: { eq: \"%s\" } } }"
              .formatted(operator, text(queue, "strategy", "address"));
      var answer =
          server
              .query(
                  """
                  { all: queuedWithdrawals(first: 1000, where: { %1$s }) {
                      totalCount nodes { shares { strategy { address } currentShares } }
                    }
                    waiting: queuedWithdrawals(where: { %1$s, isCompletable: { eq: false } }) { totalCount } }
                  """
                      .formatted(where))
              .get("data");
      var sum = BigInteger.ZERO;
      for (var withdrawal : answer.get("all").get("nodes").values()) {
        for (var part : withdrawal.get("shares").values()) {
          if (text(part, "strategy", "address").equals(text(queue, "strategy", "address"))) {
            sum = sum.add(new BigInteger(text(part, "currentShares")));
          }
        }
      }
      assertThat(sum).hasToString(text(queue, "shares"));
      assertThat(answer.get("all").get("totalCount")).isEqualTo(queue.get("withdrawalCount"));
      assertThat(answer.get("waiting").get("totalCount"))
          .isEqualTo(queue.get("slashableWithdrawalCount"));
    }
  }

  @Test
  void operators_are_found_and_counted_by_flag() throws Exception {
    var flagged =
        "where: { flags: { some: { flag: { in: [REDISTRIBUTING_SET, SLASHER_CHANGE_PENDING] } } }"
            + " }";
    var answer =
        server
            .query(
                """
                { operators(first: 1000, %1$s) { nodes { flags { flag } } }
                  operatorsAggregate(%1$s) { count }
                  operators_without: operatorsAggregate(where: { not: { %2$s } }) { count }
                  all: operatorsAggregate { count } }
                """
                    .formatted(
                        flagged, flagged.substring("where: { ".length(), flagged.length() - 2)))
            .get("data");
    var found = new ArrayList<List<String>>();
    for (var operator : answer.get("operators").get("nodes").values()) {
      var flags = new ArrayList<String>();
      operator.get("flags").values().forEach(flag -> flags.add(text(flag, "flag")));
      found.add(flags);
    }
    assertThat(found)
        .isNotEmpty()
        .allSatisfy(
            flags ->
                assertThat(flags).containsAnyOf("REDISTRIBUTING_SET", "SLASHER_CHANGE_PENDING"));
    assertThat(answer.get("operatorsAggregate").get("count").getIntValue()).isEqualTo(found.size());
    assertThat(answer.get("operators_without").get("count").getIntValue() + found.size())
        .isEqualTo(answer.get("all").get("count").getIntValue());
  }

  @Test
  void every_field_of_the_schema_returns_a_value_or_null_without_an_error() throws Exception {
    var answer =
        server.query(
            """
            { strategies(first: 50, orderBy: [{ field: SYMBOL, direction: ASC }]) { totalCount edges { cursor } nodes {
                id address symbol token decimals category exchangeRate rateStatus priceUsd priceAt totalShares tvsUsd operatorCount delegatorCount
                operators(first: 2) { totalCount nodes { shares tokens tvsUsd maxMagnitude encumberedMagnitude allocatableMagnitude utilizationRate delegatorCount } }
              } }
              operator(address: "%s") { id
                metadata { name description website logo twitter uri updatedAt }
                state { isActive isPermissioned registeredAt isRegistrationInferred firstActivityAt lastActivityAt operationalDays activeAvsCount registeredAvsCount activeOperatorSetCount activeDelegators delegatedStakers totalDelegators tvsUsd tvsUpdatedAt tvsOldestQuoteAt tvsStatus unpricedStrategyCount totalSlashEvents lastSlashedAt updatedAt updatedAtBlock }
                statistics { tvs { tvsUsd tvsStatus byStrategy { tvsUsd maxMagnitude encumberedMagnitude utilizationRate } } delegators { active total } avs { active registered } operatorSets }
                delegators(first: 2, orderBy: [{ field: DELEGATED_AT }]) { totalCount nodes { isActive delegatedAt undelegatedAt tvsUsd } }
                allocations { totalCount nodes { currentMagnitude pendingMagnitude pendingEffectBlock isSlashable slashableShares slashableUsd } }
                avsRelationships { totalCount nodes { status isRegisteredWithDirectory operatorSetCount registeredAt unregisteredAt operator { id } periods { registeredAt registeredBlock unregisteredAt unregisteredBlock days } } }
                commissionRates { kind currentBips isDefault upcomingBips activatesAt history { setAt setBlock activatesAt oldBips newBips caller } }
                slashingIncidents { totalCount nodes { slashedAt block transactionHash logIndex description operator { id } amounts { wadSlashed cumulativeWadSlashed shares slashedUsd settlementStatus settlement { slashId } } } }
                queuedWithdrawals { totalCount nodes { root withdrawer nonce startBlock status queuedAt queuedBlock completableAt completableAtBlock isCompletable isCompletableAtEstimated completedAt completedBlock currentUsd currentUsdStatus operator { id } shares { shares currentShares lostToSlashes currentSharesStatus currentUsd } } }
                allocationDelay { status currentBlocks pendingBlocks effectBlock }
                flags { flag operator { id } operatorSet { id slasher slasherSource pendingSlasher isRedistributing } strategy { id } account figure threshold effectBlock effectiveAt since reason }
                withdrawalQueue { withdrawalCount slashableWithdrawalCount shares completableShares slashableShares usd slashableUsd }
                activity(last: 3) { totalCount nodes { type happenedAt block logIndex transactionHash staker amount } }
              }
              avses(orderBy: [{ field: NAME, direction: ASC }]) { totalCount edges { cursor } nodes { id address registrar operatorCount everOperatorCount operatorSetCount delegatedUsd unpricedOperatorCount
                metadata { name description website logo twitter uri updatedAt }
                operatorSets { id number createdAt redistributionRecipient memberCount slashableUsd delegatedUsd unpricedStrategyCount avs { id } }
                relationships(status: UNREGISTERED) { totalCount nodes { operator { id } } } slashingIncidents { totalCount }
              } }
              pipeline { dataVersion checkpoint { name lastProcessedAt headBlock safeBlock safeAt guarantee revision } checks { name asset { key stage staleness } severity isBlocking status failingRows sample evaluatedAt } }
            }
            """
                .formatted(FEATURED));

    assertThat(answer.get("errors")).isNull();
    assertThat(at(answer, "extensions", "dataVersion").isString()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json | {                    | 400
          application/json | []                   | 400
          application/json | {"query": 5}         | 400
          application/json | {"query": "{ x }"}   | 200
          text/plain       | {"query": "{ x }"}   | 415
          """)
  void an_invalid_request_is_rejected_with_a_status(String type, String body, int status)
      throws Exception {
    assertThat(server.post("/graphql", type, body).statusCode()).isEqualTo(status);
  }

  @Test
  void pages_send_only_valid_documents_of_docs_queries() throws Exception {
    try (var modules = Files.walk(Path.of("src/main/resources/web"));
        var documents = Files.list(Path.of("docs/queries/pages"))) {
      var sources = new StringBuilder();
      for (var module : modules.filter(each -> each.toString().endsWith(".js")).toList()) {
        sources.append(Files.readString(module));
      }
      assertThat(sources).doesNotContainPattern("[`'\"]\\s*(query|mutation|subscription)\\b[ ({]");
      for (var document : documents.toList()) {
        var name = document.getFileName().toString().replace(".graphql", "");
        assertThat(sources).as("sent by a page").containsPattern("'(pages/)?" + name + "'");
        var errors = server.query(Files.readString(document)).get("errors");
        if (errors != null) {
          assertThat(errors.get(0).get("extensions").get("code").getStringValue())
              .as(name)
              .isNotEqualTo("VALIDATION_FAILED");
        }
      }
    }
  }

  @Test
  void this_server_serves_all_files_of_graphiql() throws Exception {
    var page = server.get("/graphiql").body();

    var sources =
        Pattern.compile("(?:src|href)=\"(?!data:)([^\"]+)\"").matcher(page).results().toList();
    assertThat(sources).hasSize(5);
    for (var source : sources) {
      assertThat(source.group(1)).startsWith("graphiql/");
      var asset = server.get("/" + source.group(1));
      assertThat(asset.statusCode()).as(source.group(1)).isEqualTo(200);
      assertThat(asset.headers().firstValue("cache-control"))
          .hasValue(
              source.group(1).startsWith("graphiql/assets/")
                  ? "public, max-age=31536000, immutable"
                  : "no-cache");
    }
  }

  @Test
  void pages_run_nothing_inline_and_clients_keep_their_files_for_ever() throws Exception {
    try (var prefixed =
        server.replica(Map.of("micronaut.server.context-path", "/some/analytics"))) {
      for (var root : List.of(server.uri(), prefixed.uri().resolve("/some/analytics"))) {
        var files = new TreeSet<URI>();
        for (var path :
            List.of(
                "/",
                "/operators",
                "/operators/0x0",
                "/strategies",
                "/strategies/0x0",
                "/avs",
                "/avs/0x0",
                "/delegators/0x0",
                "/slashes",
                "/compare",
                "/epochs",
                "/pipeline",
                "/developers")) {
          var uri = URI.create(root + path);
          var page = get(uri);
          assertThat(page.statusCode()).as(path).isEqualTo(200);
          assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
              .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
              .doesNotContain("unsafe", "*", "http", "data:");
          assertThat(page.headers().firstValue("x-content-type-options")).hasValue("nosniff");
          assertThat(page.headers().firstValue("cache-control")).hasValue("no-cache");
          assertThat(page.body()).doesNotContainPattern("<script>|<style| style=| on[a-z]+=");
          Pattern.compile("(?:src|href)=\"([^\"]*/assets/[^\"]+)\"")
              .matcher(page.body())
              .results()
              .forEach(found -> files.add(uri.resolve(found.group(1))));
        }
        // what modules import of each other, and the documents that they read
        for (var name : List.of("lib/table.js", "operators/flags.js", "queries/search.json")) {
          files.add(files.first().resolve("../" + name));
        }
        assertThat(files).hasSizeGreaterThan(20);
        for (var file : files) {
          assertThat(file.toString()).startsWith(root + "/assets/");
          var asset = get(file);
          assertThat(asset.statusCode()).as(file.toString()).isEqualTo(200);
          assertThat(asset.headers().firstValue("cache-control"))
              .hasValue("public, max-age=31536000, immutable");
          assertThat(asset.headers().firstValue("x-content-type-options")).hasValue("nosniff");
          assertThat(asset.headers().firstValue("content-type").orElseThrow())
              .matches("(text/javascript|text/css|application/json|image/svg\\+xml).*");
        }
        var unknown = get(URI.create(root + "/assets/0123456789abcdef/style.css"));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("cache-control").orElse(""))
            .doesNotContain("immutable");
      }
    }
  }

  private static HttpResponse<String> get(URI uri) throws Exception {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode page(String arguments) throws Exception {
    var answer =
        server.query(
            "{ operators(%s) { nodes { address } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
                .formatted(arguments));
    return at(answer, "data", "operators");
  }

  private static List<String> addresses(JsonNode page) {
    var addresses = new ArrayList<String>();
    at(page, "nodes").values().forEach(node -> addresses.add(text(node, "address")));
    return addresses;
  }

  private static String error(JsonNode answer) {
    return text(at(answer, "errors").get(0), "message");
  }

  private static String text(JsonNode node, String... path) {
    return at(node, path).getStringValue();
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
