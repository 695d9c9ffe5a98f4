package dev.operatoranalytics.source.demo;

/**
 * What to generate, the same for a seed.
 *
 * @param delegators about so many
 * @param days of restaking
 * @param epochs of a domain, 117 a day, up to the same end
 */
public record DemoSize(
    int operators, int delegators, int days, int epochs, int domainOperators, long seed) {
  public DemoSize {
    if (operators < 2) {
      throw new IllegalArgumentException("A network needs two operators or more: " + operators);
    }
    if (delegators < Story.FEATURED_DELEGATORS) {
      throw new IllegalArgumentException("The featured operator alone has more: " + delegators);
    }
    if (days < 30) {
      throw new IllegalArgumentException("The story takes 30 days or more: " + days);
    }
    if (epochs < 1 || domainOperators < 1) {
      throw new IllegalArgumentException("A domain needs an epoch and an operator");
    }
  }

  /** A year of a hundred operators, a month of epochs: seconds to make. */
  public static DemoSize small() {
    return new DemoSize(96, 2_500, 365, 3_600, 6, 20_260_122);
  }
}
