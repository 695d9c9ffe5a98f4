package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** Alert rules, the alerts that they fired, and the webhooks that receive them. */
final class Alerts {
  private static final Noun ALERT_RULE =
      Noun.of("AlertRule")
          .rows("alert_rules")
          .key("rule_id")
          .node()
          .order("rule_id")
          .column("number", "rule_id", ColumnType.BIGINT)
          .hidden("operator_id", ColumnType.TEXT)
          .hidden("avs_id", ColumnType.TEXT)
          .hidden("staker_id", ColumnType.TEXT)
          .texts("name", "createdBy")
          .redactedUnlessAdmin("createdBy")
          .enums("kind", "flag")
          .column("operator", "operator_id", ColumnType.TEXT)
          .column("avs", "avs_id", ColumnType.TEXT)
          .column("delegator", "staker_id", ColumnType.TEXT)
          .amounts("minUsd", "minPercent")
          .counts("days", "hours")
          .flags("isEnabled")
          .instants("since", "createdAt")
          .relation("alerts", Relation.on("rule_id"))
          .relation("deliveries", Relation.on("rule_id"));

  private static final Noun ALERT =
      Noun.of("Alert")
          .rows(
              """
              select
                  alert_id, rule_id, kind, operator_id, avs_id, staker_id, block_number,
                  happened_at, usd, percent, figures::text as figures, detail, link, fired_at
              from alerts
              """)
          .key("alert_id")
          .node()
          .order("alert_id desc")
          .column("number", "alert_id", ColumnType.BIGINT)
          .hidden("rule_id", ColumnType.BIGINT)
          .hidden("operator_id", ColumnType.TEXT)
          .hidden("avs_id", ColumnType.TEXT)
          .hidden("staker_id", ColumnType.TEXT)
          .enums("kind")
          .relation("rule", Relation.on("rule_id"))
          .relation("operator", Relation.on("operator_id"))
          .relation("avs", Relation.on("avs_id"))
          .relation("delegator", Relation.on("staker_id"))
          .filter("operatorAddress", "operator_id", ColumnType.TEXT)
          .filter("avsAddress", "avs_id", ColumnType.TEXT)
          .filter("delegatorAddress", "staker_id", ColumnType.TEXT)
          .filter("rule", "rule_id", ColumnType.BIGINT)
          .bigints("blockNumber")
          .amounts("usd", "percent")
          .texts("figures", "detail", "link")
          .redactedUnlessAdmin("detail")
          .instants("happenedAt", "firedAt");

  private static final Noun ALERT_WEBHOOK =
      Noun.of("AlertWebhook")
          .rows("alert_webhooks")
          .key("webhook_id")
          .node()
          .order("webhook_id")
          .column("number", "webhook_id", ColumnType.BIGINT)
          .texts("name", "host", "createdBy")
          .redactedUnlessAdmin("host", "createdBy")
          .enums("format")
          .flags("isConfigured")
          .instants("createdAt");

  private static final Noun ALERT_DELIVERY =
      Noun.of("AlertDelivery")
          .rows(
              """
              select
                  rule_id, webhook_id, delivered_count, dropped_count, attempts,
                  case when attempts > 0 then not_before end as next_attempt_at,
                  last_delivered_at, last_error,
                  (
                      select count(*)
                      from alerts
                      where
                          alerts.rule_id = delivery.rule_id
                          and alerts.alert_id > delivery.delivered_to
                  ) as pending_count
              from alert_deliveries as delivery
              """)
          .key("rule_id", "webhook_id")
          .hidden("rule_id", ColumnType.BIGINT)
          .hidden("webhook_id", ColumnType.BIGINT)
          .order("webhook_id")
          .relation("webhook", Relation.on("webhook_id"))
          .bigints("deliveredCount", "droppedCount", "pendingCount")
          .counts("attempts")
          .instants("nextAttemptAt", "lastDeliveredAt")
          .texts("lastError")
          .redactedUnlessAdmin("lastError")
          // a delivery does not raise the data version
          .timeDependent(
              "webhook",
              "deliveredCount",
              "droppedCount",
              "pendingCount",
              "attempts",
              "nextAttemptAt",
              "lastDeliveredAt",
              "lastError");

  static final List<Noun> NOUNS = List.of(ALERT_RULE, ALERT, ALERT_WEBHOOK, ALERT_DELIVERY);

  private Alerts() {}
}
