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

  /** Runs of different jobs write the same rows; the lock keeps their order. */
  private static final String LOCK =
      "select pg_advisory_xact_lock(hashtextextended('pipeline_assets', 0))";

  /** Assets that the steps of a run change, with their new values. */
  private static final String UPDATED =
      """
      with

      step as (
          select
              run_id, asset,
              bool_or(inserted + updated + deleted > 0) as has_changed,
              bool_or(step.stage = held.stage) as is_filled,
              max(step.code_version) filter (where step.stage = held.stage) as code_version
          from pipeline_run_steps as step
          join pipeline_assets as held using (asset)
          where run_id = ?
          group by run_id, asset
      ),

      proposed as (
          select
              held.*,
              step.run_id >= coalesce(held.filled_run_id, 0) and step.is_filled as is_filled,
              step.code_version as new_version,
              step.run_id as new_run_id,
              case when step.has_changed then step.run_id end as new_changed_run_id,
              (
                  select max(needed.run_id)
                  from step as needed
                  where needed.has_changed and needed.asset = any(held.depends_on)
              ) as new_upstream_run_id
          from pipeline_assets as held
          left join step using (asset)
      ),

      compared as (
          select
              proposed.*,
              greatest(last_run_id, new_run_id) as last_run,
              case when is_filled then new_run_id else filled_run_id end as filled_run,
              case when is_filled then new_version else filled_code_version end as filled_version,
              greatest(changed_run_id, new_changed_run_id) as changed_run,
              greatest(upstream_run_id, new_upstream_run_id) as upstream_run
          from proposed
      ),

      updated as (
          select
              asset, last_run as last_run_id, filled_run as filled_run_id,
              filled_version as filled_code_version, changed_run as changed_run_id,
              upstream_run as upstream_run_id
          from compared
          where
              (last_run, filled_run, filled_version, changed_run, upstream_run)
              is distinct from
              (last_run_id, filled_run_id, filled_code_version, changed_run_id, upstream_run_id)
      )
      """;

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
    try (var statement = state.createStatement()) {
      statement.execute(LOCK);
      statement.execute(
          """
          update pipeline_assets as held
          set upstream_run_id = newest.run_id
          from (
              select asset.asset, max(needed.changed_run_id) as run_id
              from pipeline_assets as asset
              left join pipeline_assets as needed on needed.asset = any(asset.depends_on)
              group by asset.asset
          ) as newest
          where newest.asset = held.asset and held.upstream_run_id is distinct from newest.run_id
          """);
    }
  }

  /**
   * Stores in {@code pipeline_assets} what the steps of a run say about its tables and those that
   * depend on them. Changes rows only when the run is the newest one that did so.
   */
  static void updated(Connection state, long run) throws SQLException {
    try (var due = state.prepareStatement(UPDATED + "select from updated limit 1")) {
      due.setLong(1, run);
      try (var rows = due.executeQuery()) {
        if (!rows.next()) {
          return;
        }
      }
    }
    try (var lock = state.createStatement();
        var statement =
            state.prepareStatement(
                UPDATED
                    + """
                    update pipeline_assets as held
                    set last_run_id = updated.last_run_id,
                        filled_run_id = updated.filled_run_id,
                        filled_code_version = updated.filled_code_version,
                        changed_run_id = updated.changed_run_id,
                        upstream_run_id = updated.upstream_run_id
                    from updated
                    where updated.asset = held.asset
                    """)) {
      lock.execute(LOCK);
      statement.setLong(1, run);
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
