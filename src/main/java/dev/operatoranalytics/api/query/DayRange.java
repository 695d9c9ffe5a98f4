package dev.operatoranalytics.api.query;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** A requested range of days, including both ends. */
public record DayRange(LocalDate from, LocalDate to) {
  private static final int MAX_DAYS = 36_600;

  /**
   * @throws UserInputError when it ends before it begins or is longer than a century
   */
  public DayRange {
    if (to.isBefore(from)) {
      throw new UserInputError("to %s is before from %s".formatted(to, from));
    }
    if (ChronoUnit.DAYS.between(from, to) >= MAX_DAYS) {
      throw new UserInputError("a range has at most %,d days".formatted(MAX_DAYS));
    }
  }

  /** Rejects invalid arguments {@code from} and {@code to} of a field. */
  public static void check(Map<String, Object> arguments) {
    if (arguments.get("from") instanceof LocalDate from
        && arguments.get("to") instanceof LocalDate to) {
      new DayRange(from, to);
    }
  }
}
