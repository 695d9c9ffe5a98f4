package dev.operatoranalytics.api;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.database.TestPostgres;
import graphql.language.EnumTypeDefinition;
import graphql.language.EnumValueDefinition;
import graphql.language.FieldDefinition;
import graphql.language.ImplementingTypeDefinition;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The glossary, the tables and the schema use the same names and the same closed sets. */
class GlossaryTest {
  private static final Pattern NAME = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");
  private static final Pattern TEXT = Pattern.compile("'([^']+)'::text");

  /** The enum of each column with a closed set of values. */
  private static final Map<String, String> ENUMS =
      Map.ofEntries(
          Map.entry("alert_rules.kind", "AlertKind"),
          Map.entry("alert_webhooks.format", "WebhookFormat"),
          Map.entry("epoch_issues.kind", "EpochIssueKind"),
          Map.entry("metadata_fetches.status", "MetadataFetchStatus"),
          Map.entry("operator_analytics.risk_level", "RiskLevel"),
          Map.entry("operator_analytics.score_reason", "ScoreReason"),
          Map.entry("operator_commission_history.commission_kind", "CommissionKind"),
          Map.entry("operator_commission_rates.commission_kind", "CommissionKind"),
          Map.entry("operator_current_state.tvs_status", "TvsStatus"),
          Map.entry("operator_daily_snapshots.tvs_status", "TvsStatus"),
          Map.entry("operator_figures.score_reason", "NewestScoreReason"),
          Map.entry("pipeline_checkpoints.guarantee", "CursorGuarantee"),
          Map.entry("pipeline_checks.severity", "Severity"),
          Map.entry("pipeline_checks.status", "CheckStatus"),
          Map.entry("pipeline_runs.reprocess", "Reprocess"),
          Map.entry("pipeline_runs.run_trigger", "RunTrigger"),
          Map.entry("pipeline_runs.status", "RunStatus"),
          Map.entry("pipeline_ticks.status", "TickStatus"),
          Map.entry("strategy_daily_quotes.rate_status", "RateStatus"),
          Map.entry("strategy_quotes.rate_status", "RateStatus"),
          Map.entry("volatility_metrics.metric", "VolatilitySeries"));

  private static TypeDefinitionRegistry schema;

  @BeforeAll
  static void parse() throws Exception {
    schema = new SchemaParser().parse(Files.readString(Path.of("schema.graphqls")));
  }

  @Test
  void every_table_column_type_and_field_of_the_glossary_exists() throws Exception {
    var columns = new HashMap<>(columns("events"));
    columns.putAll(columns("analytics"));
    var unknown = new HashSet<String>();
    var rows = 0;
    for (var line : Files.readAllLines(Path.of("docs/glossary.md"))) {
      if (!line.startsWith("| ") || line.startsWith("| term")) {
        continue;
      }
      rows++;
      var cells = line.split("\\|");
      NAME.matcher(cells[3])
          .results()
          .filter(name -> !isMember(name, columns.get(name.group(1))))
          .forEach(name -> unknown.add(name.group()));
      NAME.matcher(cells[4])
          .results()
          .filter(name -> !isMember(name, members(name.group(1))))
          .forEach(name -> unknown.add(name.group()));
    }
    assertThat(rows).isGreaterThan(100);
    assertThat(unknown).isEmpty();
  }

  /** A row with a value that the schema does not list could not be returned to a client. */
  @Test
  void a_column_with_a_closed_set_allows_the_values_of_its_enum() throws Exception {
    var allowed = closedSets();
    for (var column : ENUMS.entrySet()) {
      assertThat(allowed.get(column.getKey()))
          .as(column.getKey())
          .isEqualTo(members(column.getValue()));
    }
  }

  private static boolean isMember(MatchResult name, @Nullable Set<String> members) {
    return members != null && (name.group(2) == null || members.contains(name.group(2)));
  }

  /** The fields of a type or the values of an enum; null when the schema has no such type. */
  private static @Nullable Set<String> members(String type) {
    return switch (schema.getTypeOrNull(type)) {
      case null -> null;
      case ImplementingTypeDefinition<?> object ->
          object.getFieldDefinitions().stream().map(FieldDefinition::getName).collect(toSet());
      case EnumTypeDefinition closed ->
          closed.getEnumValueDefinitions().stream()
              .map(EnumValueDefinition::getName)
              .collect(toSet());
      default -> Set.of();
    };
  }

  private static Map<String, Set<String>> columns(String migrations) throws SQLException {
    return sets(
        migrations,
        """
        select table_name, column_name
        from information_schema.columns
        where table_schema = 'public'
        """);
  }

  /** The texts that a check constraint lists, by column. */
  private static Map<String, Set<String>> closedSets() throws SQLException {
    var sets = new TreeMap<String, Set<String>>();
    sets(
            "analytics",
            """
            select
                conrelid::regclass || '.' || attname,
                pg_get_constraintdef(pg_constraint.oid)
            from pg_constraint
            join pg_attribute on attrelid = conrelid and attnum = conkey[1]
            where contype = 'c' and cardinality(conkey) = 1
            """)
        .forEach(
            (column, constraints) ->
                sets.put(
                    column,
                    constraints.stream()
                        .flatMap(constraint -> TEXT.matcher(constraint).results())
                        .map(text -> text.group(1))
                        .collect(toSet())));
    return sets;
  }

  private static Map<String, Set<String>> sets(String migrations, String sql) throws SQLException {
    var sets = new HashMap<String, Set<String>>();
    try (var connection = TestPostgres.fresh(migrations).connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        sets.computeIfAbsent(rows.getString(1), _ -> new HashSet<>()).add(rows.getString(2));
      }
    }
    return sets;
  }
}
