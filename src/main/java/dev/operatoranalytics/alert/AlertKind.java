package dev.operatoranalytics.alert;

import dev.operatoranalytics.pipeline.SqlFile;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The kinds of facts that rules report. Each has a select of its name below {@code sql/alerts}. */
public enum AlertKind {
  SLASH(Limit.USD),
  ALLOCATION(Limit.USD),
  COMMISSION_CHANGE,
  UNDELEGATION(Limit.USD, Limit.PERCENT);

  /** A limit that a rule can set. */
  enum Limit {
    USD("minUsd"),
    PERCENT("minPercent"),
    DAYS("days"),
    HOURS("hours");

    private final String field;

    Limit(String field) {
      this.field = field;
    }

    /** Name of the field of the rule. */
    String field() {
      return field;
    }
  }

  private final Set<Limit> limits;
  private final SqlFile select;

  AlertKind(Limit... limits) {
    this.limits = Set.copyOf(List.of(limits));
    this.select = SqlFile.load("alerts", name().toLowerCase(Locale.ROOT));
  }

  boolean allows(Limit limit) {
    return limits.contains(limit);
  }

  SqlFile select() {
    return select;
  }

  /** Whether its facts follow from rows of operators, and so are new only after these changed. */
  boolean isOfChangedOperators() {
    return select.parameters().contains("operators");
  }
}
