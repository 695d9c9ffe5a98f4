package dev.operatoranalytics.api.pipeline;

import static java.util.stream.Collectors.toMap;

import dev.operatoranalytics.api.graphql.BadInput;
import dev.operatoranalytics.api.graphql.DayRange;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.Repository;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the tables of the pipeline as a graph, and which of their days are there. */
@Repository("api")
@JdbcRepository(dialect = Dialect.POSTGRES)
interface AssetQueries extends GenericRepository<Asset, String> {

  @Query(Asset.ROWS + "where asset.is_current order by asset.place")
  List<Asset> all();

  @Query(Asset.ROWS + "where asset.asset = any(:keys) order by asset.place")
  List<Asset> named(@TypeDef(type = DataType.STRING_ARRAY) String[] keys);

  @Query(
      Asset.ROWS
          + "where asset.is_current and asset.depends_on && cast(:keys as text[]) order by"
          + " asset.place")
  List<Asset> needing(@TypeDef(type = DataType.STRING_ARRAY) String[] keys);

  /** The first and the last day of a stage. */
  @Query(
      """
      select min(partition_date) as from_date, max(partition_date) as to_date
      from pipeline_partitions
      where stage = :stage
      """)
  Span span(String stage);

  /** Days that stand alike, next to each other. */
  @Query(
      """
      with

      days as (
          select
              each::date as day,
              coalesce(partition.status, 'MISSING') as status
          from
              generate_series(:from::timestamp, :to::timestamp, interval '1 day') as each
          left join pipeline_partitions as partition
              on partition.stage = :stage and partition.partition_date = each::date
      ),

      numbered as (
          select
              day,
              status,
              day - (row_number() over (partition by status order by day))::integer as island
          from days
      )

      select status, min(day) as from_date, max(day) as to_date, count(*)::integer as days
      from numbered
      group by status, island
      order by from_date
      """)
  List<PartitionRange> ranges(String stage, LocalDate from, LocalDate to);

  default Map<String, Asset> byKey(Collection<String> keys) {
    return named(keys.toArray(String[]::new)).stream()
        .collect(toMap(Asset::key, Function.identity()));
  }

  /** For each list of keys the assets of it. */
  default Map<List<String>, List<Asset>> byKeys(Collection<List<String>> asked) {
    var all = byKey(asked.stream().flatMap(List::stream).distinct().toList());
    var found = new HashMap<List<String>, List<Asset>>();
    for (var keys : asked) {
      found.put(keys, keys.stream().map(all::get).filter(Objects::nonNull).toList());
    }
    return found;
  }

  /** For each key the assets that depend on it. */
  default Map<String, List<Asset>> usersOf(Collection<String> keys) {
    var found = new HashMap<String, List<Asset>>();
    keys.forEach(key -> found.put(key, new ArrayList<>()));
    for (var user : needing(keys.toArray(String[]::new))) {
      user.needs().stream()
          .filter(found::containsKey)
          .forEach(key -> Objects.requireNonNull(found.get(key)).add(user));
    }
    return found;
  }

  /** How the days of an asset stand; from its first and to its last where no end is given. */
  default PartitionCoverage coverage(String key, @Nullable LocalDate from, @Nullable LocalDate to) {
    var asset =
        Optional.ofNullable(byKey(List.of(key)).get(key))
            .orElseThrow(() -> new BadInput("no such asset: " + key));
    if (!asset.isDaily()) {
      throw new BadInput("%s is not made day by day".formatted(key));
    }
    var span = span(asset.partitions());
    var first = from == null ? span.fromDate() : from;
    var last = to == null ? span.toDate() : to;
    return first == null || last == null
        ? PartitionCoverage.empty(asset)
        : PartitionCoverage.of(asset, new DayRange(first, last), this);
  }
}
