package dev.operatoranalytics.source.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Seeded random choices and blocks of the simulated period. */
final class SeededRandom {
  private final long seed;
  private final long first;
  private final long last;
  private final Random random;

  SeededRandom(long seed, long first, long last) {
    this.seed = seed;
    this.first = first;
    this.last = last;
    this.random = new Random(seed);
  }

  Random random() {
    return random;
  }

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  /** The block at {@code fraction} of the simulated period. */
  long blockAt(double fraction) {
    return first + (long) (fraction * (last - first));
  }

  long between(long from, long to) {
    return from + (long) (random.nextDouble() * Math.max(1, to - from));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  double fraction() {
    return random.nextDouble();
  }

  double gaussian() {
    return random.nextGaussian();
  }

  <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  <T> T pick(List<T> choices, ToDoubleFunction<T> weight) {
    double remaining = random.nextDouble() * choices.stream().mapToDouble(weight).sum();
    for (var choice : choices) {
      remaining -= weight.applyAsDouble(choice);
      if (remaining < 0) {
        return choice;
      }
    }
    return choices.getLast();
  }

  <T> List<T> sample(int count, List<T> choices) {
    var shuffled = new ArrayList<>(choices);
    Collections.shuffle(shuffled, random);
    return new ArrayList<>(shuffled.subList(0, Math.min(count, shuffled.size())));
  }

  /** Picks distinct choices with probability according to weight. */
  <T> List<T> sample(int count, List<T> choices, ToDoubleFunction<T> weight) {
    Map<T, Double> keys = new HashMap<>();
    choices.forEach(
        choice ->
            keys.put(choice, StrictMath.log(random.nextDouble()) / weight.applyAsDouble(choice)));
    return new ArrayList<>(
        choices.stream()
            .sorted(Comparator.comparing(keys::get, Comparator.reverseOrder()))
            .limit(count)
            .toList());
  }

  String address(Object... parts) {
    return DemoText.address(seed, List.of(parts));
  }
}
