package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.ALLOCATION_MANAGER;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The maximum magnitude of each stake: one wad until the first slash, then less. */
final class Magnitudes {
  /** An operator's stake in one strategy. */
  record Stake(String operator, Strategy strategy) {}

  private final Chain chain;
  private final Map<Stake, TreeMap<Long, Long>> maximumByBlock = new HashMap<>();

  Magnitudes(Chain chain) {
    this.chain = chain;
  }

  long maximum(Stake stake) {
    return maximumAt(stake, chain.block());
  }

  long maximumAt(Stake stake, long block) {
    var maximum = maximumByBlock.getOrDefault(stake, new TreeMap<>()).floorEntry(block);
    return maximum == null ? Wad.ONE : maximum.getValue();
  }

  void lower(Stake stake, long maximum) {
    maximumByBlock.computeIfAbsent(stake, s -> new TreeMap<>()).put(chain.block(), maximum);
    chain.emit(
        ALLOCATION_MANAGER,
        "MaxMagnitudeUpdated(operator,strategy,maxMagnitude)",
        stake.operator(),
        stake.strategy(),
        maximum);
  }
}
