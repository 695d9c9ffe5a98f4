package dev.operatoranalytics.alert;

import dev.operatoranalytics.alert.AlertKind.Limit;
import dev.operatoranalytics.pipeline.RunRequestRejected;
import dev.operatoranalytics.pipeline.RunRequestRejected.RejectionReason;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From when on a rule reports a fact.
 *
 * @param minUsd USD; null for no limit in USD
 * @param minPercent percent; null for no limit in percent
 * @param days UTC days that are compared; null for kinds that compare none
 * @param hours age from which something is stale; null for kinds without an age
 * @param flag the only flag that is reported; null for all
 */
public record AlertLimits(
    @Nullable BigDecimal minUsd,
    @Nullable BigDecimal minPercent,
    @Nullable Integer days,
    @Nullable Integer hours,
    @Nullable String flag) {

  public static final AlertLimits NONE = new AlertLimits(null, null, null, null, null);

  /** Rejects limits that the kind does not have, lacks, or that are not above 0. */
  void requireFor(AlertKind kind) {
    if (flag != null && kind != AlertKind.FLAG_RAISED) {
      throw invalid(kind + " has no flag");
    }
    var values = values();
    for (var limit : Limit.values()) {
      if (kind.requires(limit) && !values.containsKey(limit)) {
        throw invalid("%s needs %s".formatted(kind, limit.field()));
      }
    }
    values.forEach(
        (limit, value) -> {
          if (!kind.allows(limit)) {
            throw invalid("%s has no %s".formatted(kind, limit.field()));
          }
          if (new BigDecimal(value.toString()).signum() <= 0) {
            throw invalid("%s is above 0, not %s".formatted(limit.field(), value));
          }
        });
  }

  private Map<Limit, Number> values() {
    var values = new EnumMap<Limit, Number>(Limit.class);
    put(values, Limit.USD, minUsd);
    put(values, Limit.PERCENT, minPercent);
    put(values, Limit.DAYS, days);
    put(values, Limit.HOURS, hours);
    return values;
  }

  private static void put(Map<Limit, Number> values, Limit limit, @Nullable Number value) {
    if (value != null) {
      values.put(limit, value);
    }
  }

  private static RunRequestRejected invalid(String message) {
    return new RunRequestRejected(RejectionReason.INVALID, message);
  }
}
