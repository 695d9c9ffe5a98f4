package dev.operatoranalytics.pipeline;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * An operator that a run rebuilt, revalued or failed to rebuild.
 *
 * @param hasChanged whether any of its rows was written; null when that is not known
 * @param error why it could not be rebuilt; null when it was
 */
public record AffectedOperator(
    String operator, AffectedReason reason, @Nullable Boolean hasChanged, @Nullable String error) {

  /** Why the run processed the operator; of several reasons, the first in this order is stored. */
  public enum AffectedReason {
    /** Rows that name the operator were written since the last run. */
    WRITTEN,
    /** Rows that belong to the operator without naming it were written. */
    TOUCHED,
    /** An announcement took effect. */
    MATURED,
    /** Its last rebuild failed. */
    FAILED_BEFORE,
    /** Its rebuild was requested. */
    REQUESTED,
    /** The run rebuilds all operators. */
    FULL,
    /** A price or rate changed. */
    REVALUED,
    /** No change was detected; the operator was rebuilt to verify its rows. */
    VERIFIED,
    /** It changed on a day that the run took. */
    DAY,
    /** The run took a day without the day before it. */
    WHOLE_DAY
  }

  static AffectedOperator failed(String operator, AffectedReason reason, @Nullable String error) {
    return new AffectedOperator(operator, reason, false, error == null ? "unknown" : error);
  }

  static AffectedOperator rebuilt(
      String operator, AffectedReason reason, Collection<String> changed) {
    return new AffectedOperator(operator, reason, changed.contains(operator), null);
  }
}
