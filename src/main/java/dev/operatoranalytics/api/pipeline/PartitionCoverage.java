package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.graphql.DayRange;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the days of an asset stand; the ends are null when there is no day at all. */
public record PartitionCoverage(
    Asset asset, @Nullable LocalDate from, @Nullable LocalDate to, List<PartitionRange> ranges) {
  static PartitionCoverage empty(Asset asset) {
    return new PartitionCoverage(asset, null, null, List.of());
  }

  static PartitionCoverage of(Asset asset, DayRange days, AssetQueries assets) {
    var ranges = assets.ranges(asset.partitions(), days.from(), days.to());
    return new PartitionCoverage(asset, days.from(), days.to(), ranges);
  }

  public int total() {
    return ranges.stream().mapToInt(PartitionRange::days).sum();
  }

  public int done() {
    return days("DONE");
  }

  public int stale() {
    return days("STALE");
  }

  public int missing() {
    return days("MISSING");
  }

  public int failed() {
    return days("FAILED");
  }

  private int days(String status) {
    return ranges.stream()
        .filter(range -> range.status().equals(status))
        .mapToInt(PartitionRange::days)
        .sum();
  }
}
