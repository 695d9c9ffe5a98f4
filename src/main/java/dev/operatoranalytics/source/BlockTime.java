package dev.operatoranalytics.source;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A block time that some logs of a file claim.
 *
 * @param seconds unix seconds
 * @param logs number of logs that claim it
 * @param isStored whether some of these logs were stored before
 */
record BlockTime(long block, long seconds, long logs, boolean isStored) {
  private static final int MAX_LOGS = 100;

  // blocks count nearly the same for any number of logs; stored times count a little more
  private long weight() {
    return 1_000 + (isStored ? 2 * MAX_LOGS : 0) + Math.min(logs, MAX_LOGS);
  }

  /** A time that contradicts those of other blocks, and why. */
  record Contradiction(BlockTime time, String reason) {}

  /**
   * Finds the times to reject: those of the least weight whose removal leaves one time per block,
   * none earlier than that of a previous block.
   *
   * @param times ordered by block, and within a block from the latest to the earliest
   */
  static List<Contradiction> contradictions(List<BlockTime> times) {
    var retained = heaviestInOrder(times);
    var contradictions = new ArrayList<Contradiction>();
    for (var i = 0; i < times.size(); i++) {
      if (!retained[i]) {
        contradictions.add(new Contradiction(times.get(i), reason(times, retained, i)));
      }
    }
    return contradictions;
  }

  /** Finds the heaviest subsequence whose times never fall, by a tree of prefix maxima. */
  private static boolean[] heaviestInOrder(List<BlockTime> times) {
    var seconds = times.stream().mapToLong(BlockTime::seconds).sorted().distinct().toArray();
    var weights = new long[times.size()];
    var before = new int[times.size()];
    var tree = new int[seconds.length + 1];
    Arrays.fill(tree, -1);
    var best = -1;
    for (var i = 0; i < weights.length; i++) {
      var rank = Arrays.binarySearch(seconds, times.get(i).seconds()) + 1;
      before[i] = -1;
      for (var node = rank; node > 0; node -= node & -node) {
        before[i] = heavier(before[i], tree[node], weights);
      }
      weights[i] = times.get(i).weight() + (before[i] < 0 ? 0 : weights[before[i]]);
      for (var node = rank; node < tree.length; node += node & -node) {
        tree[node] = heavier(tree[node], i, weights);
      }
      best = heavier(best, i, weights);
    }
    var retained = new boolean[weights.length];
    for (var i = best; i >= 0; i = before[i]) {
      retained[i] = true;
    }
    return retained;
  }

  private static int heavier(int one, int other, long[] weights) {
    return other >= 0 && (one < 0 || weights[other] > weights[one]) ? other : one;
  }

  private static String reason(List<BlockTime> times, boolean[] retained, int index) {
    var time = times.get(index);
    for (var i = index - 1; i >= 0; i--) {
      if (retained[i] && times.get(i).seconds > time.seconds) {
        return contradicting("earlier than", times.get(i), time);
      }
      if (retained[i] && times.get(i).block < time.block) {
        break;
      }
    }
    for (var i = index + 1; i < times.size(); i++) {
      if (retained[i] && times.get(i).seconds < time.seconds) {
        return contradicting("later than", times.get(i), time);
      }
      if (retained[i] && times.get(i).block > time.block) {
        break;
      }
    }
    return "contradicts the times of other blocks";
  }

  private static String contradicting(String how, BlockTime other, BlockTime time) {
    var at = Instant.ofEpochSecond(other.seconds);
    return other.block == time.block
        ? "other logs of block %s say %s".formatted(other.block, at)
        : "%s block %s, whose time is %s".formatted(how, other.block, at);
  }
}
