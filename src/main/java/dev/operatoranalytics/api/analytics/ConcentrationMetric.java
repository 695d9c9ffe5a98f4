package dev.operatoranalytics.api.analytics;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** How unevenly something was held: a row of {@code concentration_metrics}. Parts are 0..1. */
@MappedEntity("concentration_metrics")
public record ConcentrationMetric(
    @Id String subjectId,
    String kind,
    LocalDate date,
    int population,
    int unpricedCount,
    @Nullable BigDecimal hhi,
    @Nullable BigDecimal effectiveCount,
    @Nullable BigDecimal gini,
    @Nullable BigDecimal top1,
    @Nullable BigDecimal top5,
    @Nullable BigDecimal top10,
    @Nullable Integer nakamotoThird,
    @Nullable Integer nakamotoHalf,
    @Nullable String reason) {

  /** Of kinds whose subjects are of one type; an operator's and a strategy's never meet. */
  static String rows(String kinds) {
    return """
    select
        subject_id, kind, date, population, unpriced_count, hhi, effective_count, gini, top1,
        top5, top10, nakamoto_third, nakamoto_half, reason
    from concentration_metrics
    where kind in (%s)
    """
        .formatted(kinds);
  }

  public String of() {
    return kind;
  }
}
