package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.operatoranalytics.alert.AlertEvaluator;
import io.micronaut.json.tree.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Alert rules and alerts over the API. */
@Tag("slow")
class AlertsApiTest {
  private static final String ADMIN = "admin-key-of-sixteen";
  private static final String OPERATOR = "0xa42cd0029f681b08b61f535e846f2a36f468c1c2";

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(Map.of("operator-analytics.access.admin-token", ADMIN));

  @Test
  void a_rule_is_created_fires_is_changed_and_deleted() throws Exception {
    var created =
        mutate(
                """
                createAlertRule(input: {
                  name: "departures", kind: UNDELEGATION, limits: { minUsd: "0.01" }
                }) { rule { id number name kind operator minUsd minPercent isEnabled createdBy } }
                """)
            .get("rule");
    assertThat(server.write(created))
        .contains(
            "\"name\":\"departures\"",
            "\"kind\":\"UNDELEGATION\"",
            "\"operator\":null",
            "\"minUsd\":\"0.01\"",
            "\"minPercent\":null",
            "\"isEnabled\":true",
            "\"createdBy\":\"admin\"");
    // as if it had been created before the undelegations of the demo
    server.tables().execute("update alert_rules set since = '2025-12-24T00:00:00Z'");
    server.bean(AlertEvaluator.class).evaluate();

    var departures =
        server.tables().rows("select count(*) from alerts where kind = 'UNDELEGATION'").getFirst();
    var answer =
        query(
            """
            alerts(
              where: { kind: { eq: UNDELEGATION }, usd: { gte: "0.01" } }
              orderBy: [{ field: HAPPENED_AT }]
            ) {
              totalCount
              nodes { rule { name } operator { address } delegator { address } usd blockNumber figures link }
            }
            """);
    var alerts = answer.get("alerts");
    assertThat(Integer.toString(alerts.get("totalCount").getIntValue()))
        .isEqualTo(departures.getFirst())
        .isNotEqualTo("0");
    var first = alerts.get("nodes").get(0);
    assertThat(first.get("rule").get("name").getStringValue()).isEqualTo("departures");
    assertThat(first.get("figures").getStringValue()).contains("\"tvsBeforeUsd\"");
    assertThat(first.get("link").getStringValue())
        .isEqualTo("/delegators/" + first.get("delegator").get("address").getStringValue());
    assertThat(server.get(first.get("link").getStringValue()).statusCode()).isEqualTo(200);

    var id = created.get("id").getStringValue();
    var changed =
        mutate(
                """
                updateAlertRule(input: { id: "%s", name: "all departures", limits: {}, isEnabled: false }) {
                  rule { name minUsd isEnabled alerts { totalCount } }
                }
                """
                    .formatted(id))
            .get("rule");
    assertThat(server.write(changed))
        .isEqualTo(
            "{\"name\":\"all departures\",\"minUsd\":null,\"isEnabled\":false,\"alerts\":{\"totalCount\":%s}}"
                .formatted(departures.getFirst()));
    assertThat(
            server.write(mutate("deleteAlertRule(input: { id: \"%s\" }) { name }".formatted(id))))
        .isEqualTo("{\"name\":\"all departures\"}");
    assertThat(server.write(query("alertRules { name } alerts { totalCount }")))
        .isEqualTo("{\"alertRules\":[],\"alerts\":{\"totalCount\":0}}");
  }

  @Test
  void a_rule_about_nothing_or_by_nobody_is_rejected() throws Exception {
    for (var rejected :
        List.of(
            "name: \"\", kind: SLASH | a name has 1 to 200 characters",
            "name: \"n\", kind: SLASH, operator: \"%1$s\", avs: \"%1$s\" | a rule is about one of"
                + " operator, avs and delegator, or about all",
            "name: \"n\", kind: COMMISSION_CHANGE, limits: { minUsd: \"1\" } | COMMISSION_CHANGE"
                + " has no minUsd",
            "name: \"n\", kind: SLASH, limits: { minUsd: \"0\" } | minUsd is above 0, not 0")) {
      var parts = rejected.formatted(OPERATOR).split(" \\| ");
      var mutation =
          "mutation { createAlertRule(input: { %s }) { rule { id } } }".formatted(parts[0]);

      assertThat(message(server.query(mutation, ADMIN))).isEqualTo(parts[1]);
      assertThat(code(server.query(mutation))).isEqualTo("UNAUTHENTICATED");
    }
    assertThat(
            code(
                server.query(
                    "mutation { deleteAlertRule(input: { id: \"987\" }) { name } }", ADMIN)))
        .isEqualTo("NOT_FOUND");
  }

  @Test
  void a_webhook_is_created_used_and_deleted_without_its_secrets_in_logs_or_answers()
      throws Exception {
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(log);
    try {
      var created =
          mutate(
              """
              createAlertWebhook(input: {
                name: "team", url: "https://hooks.example/s3cret", authorization: "Bearer s3cret"
              }) { secret webhook { id name host format isConfigured } }
              """);
      assertThat(created.get("secret").getStringValue()).hasSize(43);
      assertThat(server.write(created.get("webhook")))
          .contains("\"name\":\"team\"", "\"host\":\"hooks.example\"", "\"format\":\"JSON\"");
      var webhook = created.get("webhook").get("id").getStringValue();
      var rule =
          mutate(
                  """
                  createAlertRule(input: { name: "runs", kind: RUN_FAILED, webhooks: ["%s"] }) {
                    rule { id deliveries { webhook { name } pendingCount deliveredCount attempts lastError } }
                  }
                  """
                      .formatted(webhook))
              .get("rule");
      assertThat(server.write(rule.get("deliveries")))
          .isEqualTo(
              "[{\"webhook\":{\"name\":\"team\"},\"pendingCount\":\"0\",\"deliveredCount\":\"0\",\"attempts\":0,\"lastError\":null}]");
      assertThat(server.write(query("alertWebhooks { name host createdBy }")))
          .isEqualTo("{\"alertWebhooks\":[{\"name\":\"team\",\"host\":null,\"createdBy\":null}]}");
      var refused =
          server.query(
              "mutation { createAlertWebhook(input: { name: \"n\", url: \"ftp://host/s3cret\" }) {"
                  + " secret } }",
              ADMIN);
      assertThat(message(refused)).startsWith("the URL of a webhook is an http or https address");
      mutate(
          "deleteAlertRule(input: { id: \"%s\" }) { name }"
              .formatted(rule.get("id").getStringValue()));
      assertThat(
              server.write(
                  mutate("deleteAlertWebhook(input: { id: \"%s\" }) { name }".formatted(webhook))))
          .isEqualTo("{\"name\":\"team\"}");
      assertThat(log.list)
          .isNotEmpty()
          .allSatisfy(
              line ->
                  assertThat(line.getFormattedMessage())
                      .doesNotContain("s3cret", created.get("secret").getStringValue()));
    } finally {
      root.detachAppender(log);
    }
  }

  @Test
  void a_dry_run_lists_facts() throws Exception {
    var tried =
        mutate(
            """
            dryRunAlertRule(input: { kind: UNDELEGATION, days: 30, limits: { minUsd: "0.01" } }) {
              factCount facts { operator delegator blockNumber happenedAt usd percent figures link }
            }
            """);
    assertThat(tried.get("factCount").getIntValue()).isPositive();
    assertThat(tried.get("facts").size()).isEqualTo(tried.get("factCount").getIntValue());
    assertThat(tried.get("facts").get(0).get("happenedAt").getStringValue()).startsWith("202");
    assertThat(server.write(query("alertRules { name }"))).isEqualTo("{\"alertRules\":[]}");

    server.tables().execute("delete from alert_flags");
    var flags = mutate("dryRunAlertRule(input: { kind: FLAG_RAISED }) { factCount }");
    assertThat(List.of(List.of(Integer.toString(flags.get("factCount").getIntValue()))))
        .isEqualTo(server.tables().rows("select count(*) from operator_flags"))
        .isNotEqualTo(List.of(List.of("0")));
    assertThat(server.tables().rows("select * from alert_flags")).isEmpty();
  }

  private static JsonNode mutate(String asked) throws Exception {
    var answer = server.query("mutation { answer: " + asked + " }", ADMIN);
    assertThat(answer.get("errors")).as(() -> String.valueOf(answer)).isNull();
    return answer.get("data").get("answer");
  }

  private static JsonNode query(String asked) throws Exception {
    var answer = server.query("{ " + asked + " }");
    assertThat(answer.get("errors")).as(() -> String.valueOf(answer)).isNull();
    return answer.get("data");
  }

  private static String message(JsonNode answer) {
    return answer.get("errors").get(0).get("message").getStringValue();
  }

  private static String code(JsonNode answer) {
    return answer.get("errors").get(0).get("extensions").get("code").getStringValue();
  }
}
