package dev.operatoranalytics.pipeline;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * An operator that a run had to do with.
 *
 * @param hasChanged whether any row of it was written; null where that is not known
 * @param error why it could not be rebuilt; null when it was
 */
public record AffectedOperator(
    String operator, AffectedReason reason, @Nullable Boolean hasChanged, @Nullable String error) {

  /** Why; told by what is said first here when there are several. */
  public enum AffectedReason {
    /** Rows that name it were written since the last run. */
    WRITTEN,
    /** Rows were written that do not name it but belong to it. */
    TOUCHED,
    /** Something announced took effect. */
    MATURED,
    /** It was tried before and failed. */
    FAILED_BEFORE,
    /** Somebody asked for it. */
    REQUESTED,
    /** Everybody was asked for. */
    FULL,
    /** A price or rate changed. */
    REVALUED,
    /** Nothing was heard of it, it was its turn. */
    VERIFIED,
    /** Something happened to it on a day that was taken. */
    DAY,
    /** A day was taken without the one before it. */
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
