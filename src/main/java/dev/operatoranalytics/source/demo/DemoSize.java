package dev.operatoranalytics.source.demo;

/**
 * The size of a demo and its seed.
 *
 * @param delegators approximate number
 * @param days number of days of restaking
 * @param epochs number of epochs of the domain, 117 a day, with the same end
 */
public record DemoSize(
    int operators, int delegators, int days, int epochs, int domainOperators, long seed) {
  public DemoSize {
    if (operators < 2) {
      throw new IllegalArgumentException(
          "--operators is %d; expected 2 or more".formatted(operators));
    }
    if (delegators < SimulatedNetwork.FEATURED_DELEGATORS) {
      throw new IllegalArgumentException(
          "--delegators is %d; expected %d or more, because the featured operator alone has as many"
              .formatted(delegators, SimulatedNetwork.FEATURED_DELEGATORS));
    }
    if (days < 30) {
      throw new IllegalArgumentException("--days is %d; expected 30 or more".formatted(days));
    }
    if (epochs < 1) {
      throw new IllegalArgumentException("--epochs is %d; expected 1 or more".formatted(epochs));
    }
    if (domainOperators < 1) {
      throw new IllegalArgumentException(
          "--domain-operators is %d; expected 1 or more".formatted(domainOperators));
    }
  }

  /** A year of about a hundred operators and a month of epochs; takes seconds to generate. */
  public static DemoSize small() {
    return new DemoSize(96, 2_500, 365, 3_600, 6, 20_260_122);
  }
}
