package dev.operatoranalytics.alert;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.pipeline.RunRequestRejected;
import dev.operatoranalytics.pipeline.SqlFile;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of rule reports its facts, and nothing else. */
class AlertKindsTest {
  @AutoClose private static final AlertWorld world = new AlertWorld();

  @BeforeAll
  static void fill() throws Exception {
    world.fill();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          SLASH                     | -              | -                        | alice 200
          SLASH                     | operator=alice | minUsd=2000              | alice 200
          SLASH                     | operator=alice | minUsd=2001              | -
          SLASH                     | operator=bob   | -                        | -
          SLASH                     | avs=da         | -                        | alice 200
          SLASH                     | avs=oracle     | -                        | -
          SLASH                     | delegator=sam  | -                        | alice 200
          SLASH                     | delegator=bea  | -                        | -
          ALLOCATION                | -              | -                        | alice 100, alice 150, bob 170
          ALLOCATION                | operator=bob   | minUsd=2400              | bob 170
          ALLOCATION                | operator=bob   | minUsd=2401              | -
          REDISTRIBUTING_SET_JOINED | -              | -                        | alice 50
          REDISTRIBUTING_SET_JOINED | operator=bob   | -                        | -
          ALLOCATION_DELAY_CHANGE   | -              | -                        | alice 130
          ALLOCATION_DELAY_CHANGE   | operator=bob   | -                        | -
          SLASHER_CHANGE            | -              | -                        | da-1-sid-170, da-1-sly-1000
          SLASHER_CHANGE            | operator=alice | -                        | da-1-sid-170, da-1-sly-1000
          SLASHER_CHANGE            | operator=bob   | -                        | -
          SLASHER_CHANGE            | delegator=sam  | -                        | da-1-sid-170, da-1-sly-1000
          SLASHER_CHANGE            | delegator=bea  | -                        | -
          SLASHER_CHANGE            | avs=oracle     | -                        | -
          COMMISSION_CHANGE         | -              | -                        | alice 120
          COMMISSION_CHANGE         | operator=bob   | -                        | -
          COMMISSION_CHANGE         | avs=da         | -                        | alice 120
          APPROVER_CHANGE           | -              | -                        | alice 140
          APPROVER_CHANGE           | operator=bob   | -                        | -
          UNDELEGATION              | -              | minUsd=2000              | alice 300
          UNDELEGATION              | -              | minUsd=2001              | -
          UNDELEGATION              | -              | minUsd=2001 minPercent=11 | alice 300
          UNDELEGATION              | -              | minPercent=12            | -
          UNDELEGATION              | delegator=bea  | -                        | -
          FLAG_RAISED               | -              | flag=SLASHER_CHANGE_PENDING | alice 300
          FLAG_RAISED               | avs=da         | flag=REDISTRIBUTING_SET  | alice 300
          FLAG_RAISED               | operator=bob   | flag=REDISTRIBUTING_SET  | -
          FLAG_RAISED               | -              | flag=DURATION_VAULT      | -
          TVS_DROP                  | -              | days=7 minPercent=20     | alice-7-2026-01-20
          TVS_DROP                  | -              | days=7 minPercent=31     | carol-7-2026-01-20
          TVS_DROP                  | operator=bob   | days=7 minPercent=11     | -
          TVS_DROP                  | -              | days=6 minPercent=20     | -
          RISK_LEVEL_WORSE          | -              | -                        | alice-2026-01-20
          RISK_LEVEL_WORSE          | operator=bob   | -                        | -
          WITHDRAWAL_COMPLETABLE    | -              | minUsd=1900              | bob 290, alice 300
          WITHDRAWAL_COMPLETABLE    | -              | minUsd=1901              | bob 290
          WITHDRAWAL_COMPLETABLE    | -              | minUsd=1951              | -
          WITHDRAWAL_COMPLETABLE    | delegator=bea  | -                        | -
          STALE_PRICE               | -              | hours=24                 | stETH 2023-12-31T00:00:00Z
          STALE_PRICE               | -              | hours=24 minUsd=1000000  | -
          STALE_PRICE               | -              | hours=1000000            | -
          RUN_FAILED                | -              | -                        | run 900
          RUN_FAILED                | -              | since=2026-01-22T11:10:00Z | -
          STALE_PIPELINE            | -              | hours=8                  | analytics days since 2026-01-22T00:00:00Z, snapshot days since 2026-01-22T00:00:00Z, analytics_pipeline_v1 since 2026-01-22T04:00:00Z
          STALE_PIPELINE            | -              | hours=12                 | analytics days since 2026-01-22T00:00:00Z, snapshot days since 2026-01-22T00:00:00Z
          STALE_PIPELINE            | -              | hours=14                 | -
          """)
  void each_kind_reports_its_facts(
      AlertKind kind, @Nullable String subject, @Nullable String limits, @Nullable String fired)
      throws Exception {
    var since = parts(limits).get("since");
    var rule =
        world.rule(
            rule(kind, parts(subject), parts(limits)),
            since == null ? AlertWorld.BEGIN : Instant.parse(since));

    world.evaluate(AlertWorld.NOW.plusSeconds(61 * rule));

    assertThat(world.fired(rule))
        .isEqualTo(fired == null ? List.of() : Arrays.asList(fired.split(", ")));
  }

  @Test
  void every_kind_has_a_case_that_fires_and_one_that_does_not() throws Exception {
    var cases =
        Objects.requireNonNull(
                AlertKindsTest.class
                    .getDeclaredMethod(
                        "each_kind_reports_its_facts",
                        AlertKind.class,
                        String.class,
                        String.class,
                        String.class)
                    .getAnnotation(CsvSource.class))
            .textBlock();
    assertThat(AlertKind.values())
        .allSatisfy(
            kind ->
                assertThat(cases.lines().filter(line -> line.strip().startsWith(kind + " ")))
                    .anySatisfy(line -> assertThat(line).doesNotEndWith("| -"))
                    .anySatisfy(line -> assertThat(line).endsWith("| -")));
  }

  private static Map<String, String> parts(@Nullable String text) {
    return text == null
        ? Map.of()
        : Stream.of(text.split(" "))
            .map(part -> part.split("="))
            .collect(toMap(part -> part[0], part -> part[1]));
  }

  private static NewRule rule(
      AlertKind kind, Map<String, String> subject, Map<String, String> limits) {
    return new NewRule(
        kind.name(),
        kind,
        new AlertSubject(subject.get("operator"), subject.get("avs"), subject.get("delegator")),
        new AlertLimits(
            decimal(limits.get("minUsd")),
            decimal(limits.get("minPercent")),
            whole(limits.get("days")),
            whole(limits.get("hours")),
            limits.get("flag")),
        true,
        List.of());
  }

  private static @Nullable BigDecimal decimal(@Nullable String text) {
    return text == null ? null : new BigDecimal(text);
  }

  private static @Nullable Integer whole(@Nullable String text) {
    return text == null ? null : Integer.valueOf(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SLASH             | slashedUsd of 1 stETH     | figures ->> 'usd' = '2000.000000000000000000' and figures ->> 'description' = 'late' and figures #>> '{strategies,0,wadSlashed}' = '100000000000000000' | /slashes?operator=alice&avs=da
          ALLOCATION        | raised from 0.4 to 0.7    | block_number = 150 and figures ->> 'previousMagnitude' = '400000000000000000' and figures ->> 'magnitude' = '700000000000000000' | /operators/alice
          SLASHER_CHANGE    | sid to sly                | block_number = 180 and figures ->> 'slasher' = 'sid' and figures ->> 'pendingSlasher' = 'sly' and figures ->> 'effectBlock' = '1000' | /avs/da
          COMMISSION_CHANGE | 10 % to 20 %              | figures ->> 'oldBips' = '1000' and figures ->> 'newBips' = '2000' and figures ->> 'activatesAt' = '2024-01-01T03:33:20Z' | /operators/alice
          TVS_DROP          | 1000 to 700               | happened_at = '2026-01-21T00:00:00Z' and usd = 300 and percent = 30 and figures ->> 'tvsUsd' = '700' | /operators/alice
          RISK_LEVEL_WORSE  | LOW to HIGH               | figures ->> 'earlierRiskLevel' = 'LOW' and figures ->> 'riskLevel' = 'HIGH' and figures ->> 'earlierDate' = '2026-01-18' | /operators/alice
          UNDELEGATION      | 1 of 9 stETH: 11.111111 % | figures ->> 'isUndelegation' = 'false' and percent = 11.111111 and figures ->> 'tvsBeforeUsd' = '18000.000000000000000000' | /delegators/sam
          """)
  void an_alert_carries_the_figures_of_its_kind_and_a_link(
      AlertKind kind, String what, String condition, String link) throws Exception {
    var limits = kind == AlertKind.TVS_DROP ? parts("days=7 minPercent=20") : parts(null);
    var rule = world.rule(rule(kind, parts("operator=alice"), limits));

    world.evaluate(AlertWorld.NOW.plusSeconds(61 * rule));

    assertThat(
            world
                .tables()
                .rows(
                    "select figures, link from alerts where rule_id = %d and %s"
                        .formatted(rule, condition)))
        .as(
            world
                .tables()
                .rows("select percent, figures from alerts where rule_id = " + rule)
                .toString())
        .hasSize(1)
        .allSatisfy(row -> assertThat(row.get(1)).isEqualTo(link));
  }

  @ParameterizedTest
  @EnumSource(AlertKind.class)
  void all_selects_have_the_same_columns(AlertKind kind) throws Exception {
    try (var connection = world.state().getConnection()) {
      connection.setAutoCommit(false);
      SqlFile.set(
          connection,
          Map.of(
              "operators", "{}",
              "from_time", AlertWorld.NOW.toString(),
              "until_time", AlertWorld.NOW.toString(),
              "after_time", AlertWorld.NOW.toString(),
              "windows", ""));
      try (var statement = connection.prepareStatement(kind.select().statement())) {
        var columns = new ArrayList<String>();
        var described = statement.getMetaData();
        for (var column = 1; column <= described.getColumnCount(); column++) {
          columns.add(described.getColumnName(column) + " " + described.getColumnTypeName(column));
        }
        assertThat(columns)
            .containsExactly(
                "fact_key text",
                "operator_id text",
                "avs_id text",
                "staker_id text",
                "block_number int8",
                "happened_at timestamptz",
                "usd numeric",
                "percent numeric",
                "percent_before numeric",
                "days int4",
                "hours int4",
                "figures jsonb",
                "detail text",
                "link text");
      }
    }
  }

  @Test
  void limits_that_a_kind_does_not_have_are_rejected() {
    assertThatThrownBy(
            () ->
                new AlertLimits(null, BigDecimal.TEN, null, null, null)
                    .requireFor(AlertKind.COMMISSION_CHANGE))
        .isInstanceOf(RunRequestRejected.class)
        .hasMessage("COMMISSION_CHANGE has no minPercent");
    assertThatThrownBy(
            () ->
                new AlertLimits(BigDecimal.ZERO, null, null, null, null)
                    .requireFor(AlertKind.SLASH))
        .hasMessage("minUsd is above 0, not 0");
    assertThatThrownBy(() -> AlertLimits.NONE.requireFor(AlertKind.STALE_PIPELINE))
        .hasMessage("STALE_PIPELINE needs hours");
  }
}
