package dev.operatoranalytics.api.commission;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator keeps of one kind of rewards: a row of {@code operator_commission_rates}. Rates
 * in bips.
 */
@MappedEntity("operator_commission_rates")
public record CommissionRate(
    @Id String operatorId,
    String commissionKind,
    String subjectId,
    int currentBips,
    boolean isDefault,
    @Nullable Integer upcomingBips,
    @Nullable Instant activatesAt) {

  public String kind() {
    return commissionKind;
  }

  @Nullable String avsId() {
    return commissionKind.equals("AVS") ? subjectId : null;
  }

  @Nullable String operatorSetId() {
    return commissionKind.equals("OPERATOR_SET") ? subjectId : null;
  }
}
