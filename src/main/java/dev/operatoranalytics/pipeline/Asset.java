package dev.operatoranalytics.pipeline;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.operatoranalytics.chain.Sha256;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table that the pipeline reads or fills.
 *
 * @param key its name
 * @param stage the stage that fills it; {@link #SOURCE} when none does
 * @param codeVersion version of the selects that fill it; null when none does
 * @param dependsOn tables that these selects read
 */
public record Asset(
    String key, String stage, @Nullable String codeVersion, SortedSet<String> dependsOn) {
  private static final String SOURCE = "source";
  private static final int VERSION_LENGTH = 12;

  /** All tables in the order in which they are filled; tables that are only read come first. */
  public static final List<Asset> ALL = all();

  private static final Map<String, Asset> BY_KEY =
      ALL.stream().collect(toMap(Asset::key, Function.identity()));

  /** Version of the selects that fill a table in this program. */
  static @Nullable String codeVersion(String key) {
    return Objects.requireNonNull(BY_KEY.get(key), key).codeVersion;
  }

  /** Stores the assets of this program in {@code pipeline_assets}. */
  public static void keep(Connection state) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            with

            known as (
                select asset, place, stage, code_version, string_to_array(depends_on, ',') as depends_on
                from
                    unnest(?::text[], ?::text[], ?::text[], ?::text[])
                        with ordinality as known (asset, stage, code_version, depends_on, place)
            ),

            gone as (
                update pipeline_assets set is_current = false
                where is_current and asset not in (select asset from known)
            )

            insert into pipeline_assets as held
                (asset, place, stage, code_version, depends_on, is_current)
            select asset, place, stage, code_version, depends_on, true from known
            on conflict (asset) do update set
                place = excluded.place,
                stage = excluded.stage,
                code_version = excluded.code_version,
                depends_on = excluded.depends_on,
                is_current = true
            where
                (held.place, held.stage, held.code_version, held.depends_on, held.is_current)
                is distinct from
                (excluded.place, excluded.stage, excluded.code_version, excluded.depends_on, true)
            """)) {
      List<Function<Asset, @Nullable Object>> columns =
          List.of(
              Asset::key,
              Asset::stage,
              Asset::codeVersion,
              asset -> String.join(",", asset.dependsOn));
      for (var i = 0; i < columns.size(); i++) {
        statement.setArray(
            i + 1, state.createArrayOf("text", ALL.stream().map(columns.get(i)).toArray()));
      }
      statement.executeUpdate();
    }
  }

  private static List<Asset> all() {
    var filledTables = new LinkedHashMap<String, Asset>();
    for (var stage : Stages.ALL) {
      for (var table : stage.tables()) {
        filledTables.put(table.table(), of(stage, table));
      }
    }
    var readTables = new TreeMap<String, Asset>();
    Stream.concat(
            filledTables.values().stream().flatMap(asset -> asset.dependsOn.stream()),
            Check.ALL.stream().map(Check::asset))
        .filter(name -> !filledTables.containsKey(name))
        .forEach(name -> readTables.put(name, new Asset(name, SOURCE, null, new TreeSet<>())));
    var all = new ArrayList<>(readTables.values());
    all.addAll(filledTables.values());
    return List.copyOf(all);
  }

  private static Asset of(Stage stage, StageTable table) {
    var figures =
        Stages.FIGURES.tables().stream()
            .filter(other -> other.table().equals(table.table()))
            .map(StageTable::valuation)
            .filter(Objects::nonNull);
    var selects = Stream.concat(stage.selects(table).stream(), figures).toList();
    var dependsOn = new TreeSet<String>();
    selects.forEach(select -> dependsOn.addAll(select.reads()));
    dependsOn.remove(table.table());
    stage.steps().forEach(step -> dependsOn.remove(step.name()));
    return new Asset(
        table.table(),
        stage.name(),
        version(selects.stream().map(SqlFile::withoutComments).collect(joining("\n"))),
        dependsOn);
  }

  private static String version(String sql) {
    return Sha256.of(sql).substring(0, VERSION_LENGTH);
  }
}
