package dev.operatoranalytics.api.epoch;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Chooses epochs that show the course of all series together, by largest triangle three buckets
 * over an index: the sum, from epoch to epoch, of the mean growth of the operators that have a
 * price in both. Values are not changed: the result has real points only.
 */
final class Thinning {
  private final SharePriceBlocks blocks;
  private final SharePriceForm form;
  private final double[] growth;
  private final int[] operators;

  Thinning(SharePriceBlocks blocks, SharePriceForm form) {
    this.blocks = blocks;
    this.form = form;
    this.growth = new double[blocks.to() - blocks.from() + 1];
    this.operators = new int[growth.length];
  }

  /** Chooses at most the given number of epochs with a price, including the first and last. */
  int[] axis(Connection snapshot, int points) throws IOException, SQLException {
    blocks.byOperator(snapshot, form, new Growth());
    var epochs = new int[growth.length];
    var index = new double[growth.length];
    var length = 0;
    var level = 0.0;
    for (var i = 0; i < growth.length; i++) {
      if (operators[i] > 0) {
        level += growth[i] / operators[i];
        epochs[length] = blocks.from() + i;
        index[length] = level;
        length++;
      }
    }
    return length <= points
        ? Arrays.copyOf(epochs, length)
        : largestTriangles(Arrays.copyOf(epochs, length), index, points);
  }

  /** Sums the growth of each operator since its previous price. */
  private final class Growth implements SharePriceBlocks.Sink {
    private int operatorId = -1;
    private double before;

    @Override
    public void take(int operator, int firstEpoch, byte[] row, int[]... places) {
      if (operator != operatorId) {
        operatorId = operator;
        before = 0;
      }
      for (var i = 0; i < places[0].length; i++) {
        if (places[0][i] >= 0 && blocks.has(firstEpoch + i)) {
          var price = BinaryCopy.real(row, places[0][i]);
          growth[firstEpoch + i - blocks.from()] += before > 0 ? Math.log(price / before) : 0;
          operators[firstEpoch + i - blocks.from()]++;
          before = price;
        }
      }
    }
  }

  private static int[] largestTriangles(int[] epochs, double[] index, int points) {
    var chosen = new int[points];
    chosen[0] = epochs[0];
    chosen[points - 1] = epochs[epochs.length - 1];
    var width = (epochs.length - 2.0) / (points - 2);
    var last = 0;
    for (var bucket = 0; bucket < points - 2; bucket++) {
      var from = 1 + (int) (bucket * width);
      var to = 1 + (int) ((bucket + 1) * width);
      var end = Math.min(1 + (int) ((bucket + 2) * width), epochs.length);
      var x = 0.0;
      var y = 0.0;
      for (var i = to; i < Math.max(end, to + 1); i++) {
        x += epochs[i];
        y += index[i];
      }
      x /= Math.max(end, to + 1) - to;
      y /= Math.max(end, to + 1) - to;
      var best = from;
      var maxArea = -1.0;
      for (var i = from; i < to; i++) {
        var area =
            Math.abs(
                (epochs[last] - x) * (index[i] - index[last])
                    - (epochs[last] - (double) epochs[i]) * (y - index[last]));
        if (area > maxArea) {
          maxArea = area;
          best = i;
        }
      }
      chosen[bucket + 1] = epochs[best];
      last = best;
    }
    return chosen;
  }
}
