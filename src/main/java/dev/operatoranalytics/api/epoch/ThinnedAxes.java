package dev.operatoranalytics.api.epoch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Remembers the thinned axes of charts, because choosing one reads the whole history. Another
 * version of the epochs is another key; axes of old versions leave when the cache is full.
 */
@Singleton
final class ThinnedAxes {
  private static final int MAX_NUMBERS = 500_000;

  private final Cache<Key, int[]> axes =
      Caffeine.newBuilder()
          .maximumWeight(MAX_NUMBERS)
          .weigher((Key key, int[] axis) -> key.weight() + axis.length)
          .executor(Runnable::run)
          .build();

  /**
   * What an axis follows from.
   *
   * @param version of the epochs
   */
  private record Key(SharePriceBlocks blocks, SharePriceForm form, int points, long version) {
    private static final int OWN_WEIGHT = 50;

    int weight() {
      var operators = blocks.operatorIds();
      return OWN_WEIGHT + (operators == null ? 0 : 5 * operators.size());
    }
  }

  /**
   * @param snapshot of the request
   * @param version of the epochs in the snapshot
   * @return at most so many epochs, ascending; not to be changed
   */
  int[] axis(
      Connection snapshot, SharePriceBlocks blocks, SharePriceForm form, int points, long version)
      throws IOException, SQLException {
    var key = new Key(blocks, form, points, version);
    var known = axes.getIfPresent(key);
    if (known != null) {
      return known;
    }
    var axis = new Thinning(blocks, form).axis(snapshot, points);
    axes.put(key, axis);
    return axis;
  }
}
