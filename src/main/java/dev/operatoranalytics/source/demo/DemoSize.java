package dev.operatoranalytics.source.demo;

/** What to generate: about {@code delegators} over {@code days} days, the same for a seed. */
public record DemoSize(int operators, int delegators, int days, long seed) {
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
  }

  /** A year of forty operators: seconds to make, rich enough to look at. */
  public static DemoSize small() {
    return new DemoSize(40, 2_500, 365, 20_260_122);
  }
}
