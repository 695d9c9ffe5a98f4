package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** Alert rules and the alerts that they fired. */
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
          .enums("kind")
          .column("operator", "operator_id", ColumnType.TEXT)
          .column("avs", "avs_id", ColumnType.TEXT)
          .column("delegator", "staker_id", ColumnType.TEXT)
          .amounts("minUsd", "minPercent")
          .counts("days", "hours")
          .flags("isEnabled")
          .instants("since", "createdAt")
          .relation("alerts", Relation.on("rule_id"));

  private static final Noun ALERT =
      Noun.of("Alert")
          .rows(
              """
              select
                  alert_id, rule_id, kind, operator_id, avs_id, staker_id, block_number,
                  happened_at, usd, percent, figures::text as figures, link, fired_at
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
          .blocks("blockNumber")
          .amounts("usd", "percent")
          .texts("figures", "link")
          .instants("happenedAt", "firedAt");

  static final List<Noun> NOUNS = List.of(ALERT_RULE, ALERT);

  private Alerts() {}
}
