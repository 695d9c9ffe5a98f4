package dev.operatoranalytics.source.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Distributions of mainnet in October 2024 by rank: 1,665 operators, 527 of them with stake, and
 * 155,164 delegators. A smaller network is a sample that is denser at high stakes.
 */
final class MainnetSample {
  private static final int OPERATORS = 1_665;

  private static final NavigableMap<Double, Double> STAKES =
      points(
          """
          1 851e6 2 679e6 3 668e6 4 601e6 5 525e6 6 493e6 8 417e6 10 321e6 14 214e6 17 157e6
          22 137e6 30 88.6e6 40 50.8e6 59 21.8e6 80 6.44e6 100 1.23e6 155 250e3 200 82.1e3
          264 2567 300 1024 400 257 475 28.7 500 2.47 527 0.01
          """);

  private static final NavigableMap<Double, Double> DELEGATORS =
      points(
          """
          1 22360 2 22287 3 21836 4 16708 5 9016 6 7892 8 4807 10 3202 14 1978 17 1527 22 1021
          30 379 40 215 59 101 80 48 100 26 155 10 200 5 264 3 400 2 527 2 700 1 1665 1
          """);

  private static final NavigableMap<Double, Double> SERVICES =
      points(
          """
          1 21 2 20 5 20 8 19 10 17 14 16 17 15 22 14 30 12 40 11 59 9 80 7 100 6 155 2 200 1
          350 1 400 0.3 1665 0.3
          """);

  private static final NavigableMap<Double, Double> STRATEGIES =
      points("1 25 5 18 10 14 30 10 60 8 155 6 264 3 527 1 1665 1");

  /**
   * The scale of one operator.
   *
   * @param usd value of all its delegations on the first day
   * @param stakers number of its delegators, including itself
   * @param services number of AVSs that it serves at some time
   * @param strategies number of strategies in which it has stake
   */
  record OperatorScale(double usd, int stakers, int services, int strategies) {}

  private MainnetSample() {}

  /**
   * The scales of {@code operators}, the highest stake first. Operators with high stake also tend
   * to have many delegators and services, in a different order.
   */
  static List<OperatorScale> sample(int operators, int delegators, Random random) {
    double density = StrictMath.log(OPERATORS) / StrictMath.log(operators);
    IntToDoubleFunction ranks = index -> StrictMath.pow(index + 1, density);
    var byDelegators = shuffled(operators, random);
    var byServices = shuffled(operators, random);
    DoubleUnaryOperator others = rank -> at(DELEGATORS, rank) - 1;
    double all =
        IntStream.range(0, operators)
            .mapToDouble(i -> others.applyAsDouble(ranks.applyAsDouble(i)))
            .sum();
    double scale = Math.max(0, delegators - operators) / all;
    var scales = new ArrayList<OperatorScale>();
    for (int i = 0; i < operators; i++) {
      double rank = ranks.applyAsDouble(i);
      long delegating =
          Math.round(scale * others.applyAsDouble(ranks.applyAsDouble(byDelegators.get(i))));
      scales.add(
          new OperatorScale(
              rank > STAKES.lastKey() ? 0 : at(STAKES, rank),
              1 + Math.toIntExact(delegating),
              (int) Math.round(at(SERVICES, ranks.applyAsDouble(byServices.get(i)))),
              (int) Math.round(at(STRATEGIES, rank))));
    }
    return scales;
  }

  /** The rank of each in a random order that favours the first. */
  private static List<Integer> shuffled(int count, Random random) {
    var keys = new double[count];
    for (int i = 0; i < count; i++) {
      keys[i] = StrictMath.log(i + 1) + 0.9 * random.nextGaussian();
    }
    var order =
        IntStream.range(0, count).boxed().sorted(Comparator.comparingDouble(i -> keys[i])).toList();
    var ranks = new Integer[count];
    for (int index = 0; index < count; index++) {
      ranks[order.get(index)] = index;
    }
    return List.of(ranks);
  }

  /** Interpolates linearly between the logarithms of two points. */
  private static double at(NavigableMap<Double, Double> points, double rank) {
    var below = points.floorEntry(rank);
    var above = points.higherEntry(rank);
    if (above == null) {
      return below.getValue();
    }
    double part =
        StrictMath.log(rank / below.getKey()) / StrictMath.log(above.getKey() / below.getKey());
    return below.getValue() * StrictMath.pow(above.getValue() / below.getValue(), part);
  }

  private static NavigableMap<Double, Double> points(String text) {
    var numbers = text.strip().split("\\s+", -1);
    var points = new TreeMap<Double, Double>();
    for (int i = 0; i < numbers.length; i += 2) {
      points.put(Double.valueOf(numbers[i]), Double.valueOf(numbers[i + 1]));
    }
    return points;
  }
}
