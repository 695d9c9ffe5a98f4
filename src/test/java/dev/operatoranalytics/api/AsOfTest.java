package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.InLocale;
import dev.operatoranalytics.database.ApiDatabase;
import dev.operatoranalytics.database.Sql;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Earlier states of operators equal a rebuild of the history up to the same block. */
@InLocale("ar-EG")
@Tag("slow")
class AsOfTest {
  private static final String NAMED = "0xa42cd0029f681b08b61f535e846f2a36f468c1c2";

  @RegisterExtension static final DemoServer server = new DemoServer();

  @Test
  void an_operator_as_of_a_block_equals_a_rebuild_of_the_history_up_to_it() throws Exception {
    var operators =
        server
            .tables()
            .rows("select operator_id from operators order by md5(operator_id) limit 6")
            .stream()
            .map(List::getFirst)
            .toList();
    var cut = eventAt("percentile_disc(0.6)");
    var asOf = page(operators, "asOf: { block: \"" + cut.get(0) + "\" }");
    var stakers =
        server
            .tables()
            .rows(
                """
                select staker_id
                from operator_delegators
                group by staker_id
                order by count(*) desc, md5(staker_id)
                limit 6
                """)
            .stream()
            .map(List::getFirst)
            .toList();
    var stakersAsOf = stakers(stakers, "asOf: { block: \"" + cut.get(0) + "\" }");
    var avses =
        column(
            "select avs_id from avs_state order by slashable_usd desc nulls last, avs_id limit 6");
    var strategies =
        column("select strategy_id from strategy_state order by md5(strategy_id) limit 6");
    var avsesAsOf = avses(avses, "asOf: { block: \"" + cut.get(0) + "\" }");
    var strategiesAsOf = strategies(strategies, "asOf: { block: \"" + cut.get(0) + "\" }");
    var byTime = page(operators, "asOf: { time: \"" + cut.get(1) + "\" }");

    cutAfter(cut);

    var ofToday = page(operators, "");
    assertThat(asOf).isEqualTo(ofToday);
    assertThat(stakersAsOf).isEqualTo(stakers(stakers, ""));
    assertThat(stakersAsOf).contains("\"usd\":\"");
    assertThat(avsesAsOf).isEqualTo(avses(avses, ""));
    assertThat(avsesAsOf).contains("\"slashableUsd\":\"").contains("\"tvsUsd\":\"");
    assertThat(strategiesAsOf).isEqualTo(strategies(strategies, ""));
    assertThat(strategiesAsOf).contains("\"totalShares\":\"");
    assertThat(byTime).isEqualTo(ofToday);
    assertThat(ofToday).contains("\"tvsUsd\":\"");
  }

  @Test
  void behind_a_connection_pooler_no_settings_stay_in_sessions() throws Exception {
    var document =
        """
        { operators(first: 3) { totalCount nodes { address state { tvsUsd } } }
          operator(address: "%s", asOf: { block: "%s" }) { state { activeDelegators } } }
        """
            .formatted(NAMED, head().getFirst());
    var pooled =
        Map.<String, Object>of(
            ApiDatabase.POOLED,
            true,
            ApiDatabase.SEPARATE,
            true,
            "datasources.api.transaction-isolation",
            "TRANSACTION_READ_COMMITTED",
            "datasources.api.maximum-pool-size",
            1,
            "operator-analytics.api.answer-cache-mb",
            0);
    try (var replica = server.replica(pooled)) {
      var simple = "{ operators(first: 3) { nodes { address } } }";

      assertThat(data(send(replica.uri(), document))).isEqualTo(data(server.query(document)));
      assertThat(data(send(replica.uri(), simple))).isEqualTo(data(server.query(simple)));
      try (var connection = replica.pool("api").getConnection();
          var statement = connection.createStatement();
          var settings =
              statement.executeQuery(
                  """
                  select string_agg(name || ' = ' || setting, ', ') from pg_settings
                  where
                      (source = 'session'
                          and name not in ('application_name', 'transaction_isolation'))
                      or (name = 'default_transaction_isolation' and setting <> 'read committed')
                  """)) {
        settings.next();
        assertThat(settings.getString(1)).isNull();
      }
    }
  }

  private static String data(JsonNode answer) throws IOException {
    assertThat(answer.get("errors")).as("%s", server.write(answer)).isNull();
    return server.write(answer.get("data"));
  }

  private static JsonNode send(URI uri, String document) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return server.json(
          http.send(
              HttpRequest.newBuilder(uri.resolve("/graphql"))
                  .header("content-type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(server.write(Map.of("query", document))))
                  .build(),
              HttpResponse.BodyHandlers.ofString()));
    }
  }

  @Test
  void as_of_the_head_equals_the_current_state() throws Exception {
    var head = head().getFirst();
    for (var i = 0; i < 8; i++) {
      var answer =
          server.query(
              """
              { now: operator(address: "%1$s") { ...facts }
                then: operator(address: "%1$s", asOf: { block: "%2$s" }) { ...facts }
                first: operator(address: "%1$s", asOf: { block: 1 }) { address } }
              fragment facts on Operator {
                address
                strategies(first: 5) { totalCount nodes { shares strategy { symbol } } }
                state { activeDelegators lastActivityAt }
              }
              """
                  .formatted(NAMED, head));

      assertThat(answer.get("errors")).isNull();
      var data = answer.get("data");
      assertThat(text(data.get("then"))).isEqualTo(text(data.get("now")));
      assertThat(data.get("first").isNull()).isTrue();
    }
  }

  @Test
  void an_invalid_or_unavailable_as_of_is_an_error_with_a_reason() throws Exception {
    assertThat(messages("asOf: { block: \"99999999999\" }", "address"))
        .contains("block 99999999999 is not known yet: the state is as of block");
    assertThat(messages("asOf: { time: \"2126-01-01T00:00:00Z\" }", "address"))
        .contains("is not known yet");
    assertThat(messages("asOf: { date: \"2126-01-01\" }", "address")).contains("is not known yet");
    assertThat(messages("asOf: { block: -1 }", "address")).contains("no chain has a block -1");
    assertThat(messages("asOf: { block: 1, time: \"2025-01-01T00:00:00Z\" }", "address"))
        .contains("OneOf");
    assertThat(
            messages(
                "asOf: { block: 1 }", "strategies(first: 1) { nodes { strategy { tvsUsd } } }"))
        .contains("Strategy.tvsUsd has no earlier states");
    assertThat(
            messages(
                "asOf: { block: 1 }",
                "delegators(first: 1) { nodes { delegator { shares { shares } } } }"))
        .contains("Delegator.shares has no earlier states");
    assertThat(messages("asOf: { block: 1 }", "state { operationalDays }"))
        .contains("OperatorState.operationalDays has no earlier states");
    assertThat(
            messages(
                "asOf: { block: 1 }",
                "strategies(where: { not: { strategy: { tvsUsd: { gt: \"0\" } } } }) { totalCount"
                    + " }"))
        .contains("Strategy.tvsUsd has no earlier states");
    assertThat(
            messages(
                "asOf: { block: 1 }",
                "avsRelationships(where: { avs: { slashableUsd: { gt: \"0\" } } }) { totalCount }"))
        .contains("Avs.slashableUsd has no earlier states");
    assertThat(
            messages(
                "asOf: { block: %s }".formatted(head().getFirst()),
                "strategies(where: { not: null }) { totalCount }"))
        .contains("not is null: leave it out, or use isNull");
    assertThat(
            messages(
                "asOf: { block: 1 }",
                "delegators { groups(by: [DELEGATOR]) { keys aggregate { count } } }"))
        .isNull();
    assertThat(
            messages(
                "asOf: { block: 1 }",
                "strategies(where: { strategy: { symbol: { eq: \"x\" } } }, orderBy: { field:"
                    + " TVS_USD }) { totalCount }"))
        .isNull();
  }

  @Test
  void as_of_a_date_uses_the_end_of_that_day_and_its_prices() throws Exception {
    var day =
        server
            .tables()
            .rows("select (safe_at at time zone 'UTC')::date - 20 from pipeline_checkpoints")
            .getFirst()
            .getFirst();
    var answer =
        server.query(
            """
            { operator(address: "%s", asOf: { date: "%s" }) {
                state { tvsUsd tvsUpdatedAt updatedAt }
                strategies(first: 50) { nodes { tvsUsd strategy { priceAt } } } } }
            """
                .formatted(NAMED, day));

    assertThat(answer.get("errors")).isNull();
    var operator = answer.get("data").get("operator");
    assertThat(operator.get("state").get("updatedAt").getStringValue())
        .isEqualTo(day + "T23:59:59Z");
    for (var strategy : operator.get("strategies").get("nodes").values()) {
      assertThat(strategy.get("strategy").get("priceAt").getStringValue()).startsWith(day);
    }
  }

  private static @Nullable String messages(String asOf, String selection) throws Exception {
    var errors =
        server
            .query("{ operator(address: \"%s\", %s) { %s } }".formatted(NAMED, asOf, selection))
            .get("errors");
    return errors == null ? null : text(errors);
  }

  private static List<String> head() {
    return server.tables().rows("select safe_block, safe_at from pipeline_checkpoints").getFirst();
  }

  /** Returns the pages of several operators. */
  private static String page(List<String> operators, String asOf) throws Exception {
    var document = Files.readString(Path.of("docs/queries/operator-page.graphql"));
    var selection =
        document
            .substring(
                document.indexOf('{', document.indexOf("operator(")) + 1,
                document.lastIndexOf('}', document.indexOf("history:")))
            .replace("updatedAtBlock", "")
            .replace("$isCurrent", "false");
    var pages = new ArrayList<String>();
    for (var operator : operators) {
      pages.add(answer("operator", operator, asOf, selection));
    }
    return String.join("\n", pages);
  }

  /** Returns what several stakers hold, can withdraw and can lose. */
  private static String stakers(List<String> stakers, String asOf) throws Exception {
    var answers = new ArrayList<String>();
    for (var staker : stakers) {
      answers.add(
          answer(
              "delegator",
              staker,
              asOf,
              """
              address delegatedAt tvsUsd
              operator { address state { activeDelegators } }
              shares { shares tvsUsd strategy { symbol } }
              exposure { slashableShares slashableUsd }
              withdrawable { depositShares shares usd status }
              worstCase { burnedShares redistributedShares }
              eigenPod { shares status }
              slashLosses(first: 50) { totalCount nodes { totalLost lostUsd } }
              """));
    }
    return String.join("\n", answers);
  }

  /** Returns the sums, operator sets and operators of AVSs. */
  private static String avses(List<String> avses, String asOf) throws Exception {
    return all(
        avses,
        "avs",
        asOf,
        """
        address registrar operatorCount everOperatorCount operatorSetCount delegatedUsd slashableUsd
        unpricedOperatorCount metadata { name }
        operatorSets {
          id number createdAt isRedistributing redistributionRecipient slasher slasherSource pendingSlasher
          pendingSlasherEffectBlock memberCount slashableUsd delegatedUsd unpricedStrategyCount
          members(first: 100) { totalCount nodes { address state { tvsUsd tvsStatus } } }
        }
        relationships(first: 100) {
          totalCount
          nodes {
            status isRegisteredWithDirectory operatorSetCount registeredAt unregisteredAt
            operator { address state { tvsUsd tvsStatus unpricedStrategyCount unknownStrategyCount } }
            periods { registeredBlock unregisteredBlock operatorSet { number } }
          }
        }
        """);
  }

  /** Returns the sums and operators of strategies. */
  private static String strategies(List<String> strategies, String asOf) throws Exception {
    return all(
        strategies,
        "strategy",
        asOf,
        """
        address symbol exchangeRate rateStatus priceUsd priceAt totalShares tvsUsd operatorCount delegatorCount
        unknownOperatorCount
        operators(first: 100) {
          totalCount
          nodes {
            operator { address } shares tokens tvsUsd maxMagnitude encumberedMagnitude allocatableMagnitude
            utilizationRate delegatorCount sharesStatus
          }
        }
        """);
  }

  private static List<String> column(String select) {
    return server.tables().rows(select).stream().map(List::getFirst).toList();
  }

  private static String all(List<String> addresses, String field, String asOf, String selection)
      throws Exception {
    var answers = new ArrayList<String>();
    for (var address : addresses) {
      answers.add(answer(field, address, asOf, selection));
    }
    return answers.stream()
        .filter(answer -> !answer.contains("null}"))
        .collect(Collectors.joining("\n"));
  }

  private static String answer(String field, String address, String asOf, String selection)
      throws Exception {
    var answer =
        server.query(
            "{ %s(address: \"%s\"%s) { %s } }"
                .formatted(field, address, asOf.isEmpty() ? "" : ", " + asOf, selection));
    assertThat(answer.get("errors")).as("%s", text(answer)).isNull();
    return text(answer.get("data"));
  }

  private static String text(JsonNode node) throws Exception {
    return server.bean(io.micronaut.json.JsonMapper.class).writeValueAsString(node);
  }

  /** Returns block and time of an event somewhere in the history. */
  private static List<String> eventAt(String percentile) throws Exception {
    return Sql.get(
        server.tables().tables().events(),
        """
        select
            max(block_number),
            to_char(to_timestamp(max(block_timestamp)) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        from operator_share_events
        where block_number <= (
            select %s within group (order by block_number) from operator_share_events
        )
        """
            .formatted(percentile),
        row -> List.of(row.getString(1), row.getString(2)));
  }

  private static void cutAfter(List<String> moment) throws Exception {
    try (var source = server.tables().tables().eventsUrl().connect();
        var target = server.tables().tables().stateUrl().connect();
        var events = source.createStatement();
        var state = target.createStatement()) {
      var tables = new ArrayList<String>();
      try (var names =
          events.executeQuery(
              "select relname from pg_class where relkind = 'r' and relname like '%\\_events'")) {
        while (names.next()) {
          tables.add(names.getString(1));
        }
      }
      for (var table : tables) {
        events.execute("delete from %s where block_number > %s".formatted(table, moment.get(0)));
      }
      for (var quotes : Map.of("token_prices", "at", "strategy_exchange_rates", "at").entrySet()) {
        state.execute(
            "delete from %s where %s > '%s'"
                .formatted(quotes.getKey(), quotes.getValue(), moment.get(1)));
      }
      state.execute(
          "update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at ="
              + " null");
    }
    server.tables().update();
  }
}
