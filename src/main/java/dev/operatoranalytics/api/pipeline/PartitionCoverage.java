package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.graphql.BadInput;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the days of an asset stand; the ends are null when there is no day at all. */
public record PartitionCoverage(
    Asset asset, @Nullable LocalDate from, @Nullable LocalDate to, List<PartitionRange> ranges) {
  private static final int GREATEST_RANGE = 36_600;

  static PartitionCoverage empty(Asset asset) {
    return new PartitionCoverage(asset, null, null, List.of());
  }

  static PartitionCoverage of(Asset asset, LocalDate from, LocalDate to, AssetQueries assets) {
    if (to.isBefore(from)) {
      throw new BadInput("to %s is before from %s".formatted(to, from));
    }
    if (ChronoUnit.DAYS.between(from, to) >= GREATEST_RANGE) {
      throw new BadInput("a range has at most %,d days".formatted(GREATEST_RANGE));
    }
    return new PartitionCoverage(asset, from, to, assets.ranges(asset.partitions(), from, to));
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
