package dev.operatoranalytics.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.pipeline.RunRequestRejected;
import dev.operatoranalytics.pipeline.SqlFile;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
      useHeadersInDisplayName = true,
      textBlock =
          """
          kind              | operator | avs    | staker | minUsd | minPercent | hours | fired
          SLASH             | -        | -      | -      | -      | -          | -     | alice 200
          SLASH             | alice    | -      | -      | 2000   | -          | -     | alice 200
          SLASH             | alice    | -      | -      | 2001   | -          | -     | -
          SLASH             | bob      | -      | -      | -      | -          | -     | -
          SLASH             | -        | da     | -      | -      | -          | -     | alice 200
          SLASH             | -        | oracle | -      | -      | -          | -     | -
          SLASH             | -        | -      | sam    | -      | -          | -     | alice 200
          SLASH             | -        | -      | bea    | -      | -          | -     | -
          ALLOCATION        | -        | -      | -      | -      | -          | -     | alice 100, alice 150, bob 170
          ALLOCATION        | bob      | -      | -      | 2400   | -          | -     | bob 170
          ALLOCATION        | bob      | -      | -      | 2401   | -          | -     | -
          COMMISSION_CHANGE | -        | -      | -      | -      | -          | -     | alice 120
          COMMISSION_CHANGE | bob      | -      | -      | -      | -          | -     | -
          COMMISSION_CHANGE | -        | da     | -      | -      | -          | -     | alice 120
          UNDELEGATION      | -        | -      | -      | 2000   | -          | -     | alice 300
          UNDELEGATION      | -        | -      | -      | 2001   | -          | -     | -
          UNDELEGATION      | -        | -      | -      | 2001   | 11         | -     | alice 300
          UNDELEGATION      | -        | -      | -      | -      | 12         | -     | -
          UNDELEGATION      | -        | -      | bea    | -      | -          | -     | -
          RUN_FAILED        | -        | -      | -      | -      | -          | -     | run 900
          STALE_PIPELINE    | -        | -      | -      | -      | -          | 8     | snapshot days since 2026-01-22T00:00:00Z, analytics_pipeline_v1 since 2026-01-22T04:00:00Z
          STALE_PIPELINE    | -        | -      | -      | -      | -          | 12    | snapshot days since 2026-01-22T00:00:00Z
          STALE_PIPELINE    | -        | -      | -      | -      | -          | 13    | -
          """)
  void each_kind_reports_its_facts(
      AlertKind kind,
      @Nullable String operator,
      @Nullable String avs,
      @Nullable String staker,
      @Nullable BigDecimal minUsd,
      @Nullable BigDecimal minPercent,
      @Nullable Integer hours,
      @Nullable String fired)
      throws Exception {
    var rule =
        world.rule(
            new NewRule(
                kind.name(),
                kind,
                new AlertSubject(operator, avs, staker),
                new AlertLimits(minUsd, minPercent, null, hours),
                true,
                List.of()));

    world.evaluate(AlertWorld.NOW.plusSeconds(61 * rule));

    assertThat(world.fired(rule))
        .isEqualTo(fired == null ? List.of() : Arrays.asList(fired.split(", ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SLASH             | slashedUsd of 1 stETH     | figures ->> 'usd' = '2000.000000000000000000' and figures ->> 'description' = 'late' and figures #>> '{strategies,0,wadSlashed}' = '100000000000000000'
          ALLOCATION        | raised from 0.4 to 0.7    | block_number = 150 and figures ->> 'previousMagnitude' = '400000000000000000' and figures ->> 'magnitude' = '700000000000000000'
          COMMISSION_CHANGE | 10 % to 20 %              | figures ->> 'oldBips' = '1000' and figures ->> 'newBips' = '2000' and figures ->> 'activatesAt' = '2024-01-01T03:33:20Z'
          UNDELEGATION      | 1 of 9 stETH: 11.111111 % | figures ->> 'isUndelegation' = 'false' and percent = 11.111111 and figures ->> 'tvsBeforeUsd' = '18000.000000000000000000'
          """)
  void an_alert_carries_the_figures_of_its_kind(AlertKind kind, String what, String condition)
      throws Exception {
    var rule =
        world.rule(
            new NewRule(
                what,
                kind,
                new AlertSubject("alice", null, null),
                AlertLimits.NONE,
                true,
                List.of()));

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
        .allSatisfy(row -> assertThat(row.get(1)).isEqualTo("/api/v1/operators/alice/stats"));
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
              "until_time", AlertWorld.NOW.toString()));
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
                new AlertLimits(null, BigDecimal.TEN, null, null)
                    .requireFor(AlertKind.COMMISSION_CHANGE))
        .isInstanceOf(RunRequestRejected.class)
        .hasMessage("COMMISSION_CHANGE has no minPercent");
    assertThatThrownBy(
            () -> new AlertLimits(BigDecimal.ZERO, null, null, null).requireFor(AlertKind.SLASH))
        .hasMessage("minUsd is above 0, not 0");
    assertThatThrownBy(() -> AlertLimits.NONE.requireFor(AlertKind.STALE_PIPELINE))
        .hasMessage("STALE_PIPELINE needs hours");
  }
}
