package dev.operatoranalytics.alert;

import dev.operatoranalytics.pipeline.SqlFile;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The kinds of facts that rules report. Each has a select of its name below {@code sql/alerts}. */
public enum AlertKind {
  SLASH(FactSubject.OPERATOR, Limit.USD),
  ALLOCATION(FactSubject.OPERATOR, Limit.USD),
  REDISTRIBUTING_SET_JOINED(FactSubject.OPERATOR),
  ALLOCATION_DELAY_CHANGE(FactSubject.OPERATOR),
  SLASHER_CHANGE(FactSubject.OPERATOR),
  COMMISSION_CHANGE(FactSubject.OPERATOR),
  APPROVER_CHANGE(FactSubject.OPERATOR),
  UNDELEGATION(FactSubject.OPERATOR, Limit.USD, Limit.PERCENT),
  FLAG_RAISED(FactSubject.OPERATOR),
  TVS_DROP(FactSubject.OPERATOR, Limit.PERCENT, Limit.DAYS),
  RISK_LEVEL_WORSE(FactSubject.OPERATOR),
  WITHDRAWAL_COMPLETABLE(FactSubject.OPERATOR, Limit.USD),
  STALE_PRICE(FactSubject.PIPELINE, Limit.USD, Limit.HOURS),
  RUN_FAILED(FactSubject.PIPELINE),
  STALE_PIPELINE(FactSubject.PIPELINE, Limit.HOURS);

  /** What facts are about. */
  private enum FactSubject {
    OPERATOR,
    PIPELINE
  }

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

  private final FactSubject subject;
  private final Set<Limit> limits;
  private final SqlFile select;

  AlertKind(FactSubject subject, Limit... limits) {
    this.subject = subject;
    this.limits = Set.copyOf(List.of(limits));
    this.select = SqlFile.load("alerts", name().toLowerCase(Locale.ROOT));
  }

  boolean allows(Limit limit) {
    return limits.contains(limit);
  }

  /** Without an age, or a drop within some days, there is no fact. */
  boolean requires(Limit limit) {
    return allows(limit)
        && (limit == Limit.HOURS
            || limit == Limit.DAYS
            || (allows(Limit.DAYS) && limit == Limit.PERCENT));
  }

  boolean isOfOperators() {
    return subject == FactSubject.OPERATOR;
  }

  SqlFile select() {
    return select;
  }

  /** Whether its facts follow from rows of operators, and so are new only after these changed. */
  boolean isOfChangedOperators() {
    return select.parameters().contains("operators");
  }
}
