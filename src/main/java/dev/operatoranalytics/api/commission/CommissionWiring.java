package dev.operatoranalytics.api.commission;

import dev.operatoranalytics.api.avs.AvsQueries;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.Operator;
import jakarta.inject.Singleton;

/** How the fields of commission rates are answered. */
@Singleton
class CommissionWiring implements Wiring {
  private final CommissionQueries commissions;
  private final AvsQueries avses;

  CommissionWiring(CommissionQueries commissions, AvsQueries avses) {
    this.commissions = commissions;
    this.avses = avses;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .type("CommissionRate", CommissionRate.class)
        .type("CommissionChange", CommissionChange.class)
        .each("Operator", "commissionRates", Operator::operatorId, commissions::ratesOf)
        .each("CommissionRate", "avs", CommissionRate::avsId, avses::byAddress)
        .each("CommissionRate", "operatorSet", CommissionRate::operatorSetId, avses::operatorSets)
        .each(
            "CommissionRate",
            "history",
            (CommissionRate rate) ->
                new CommissionQueries.Rate(
                    rate.operatorId(), rate.commissionKind(), rate.subjectId()),
            commissions::changesOf);
  }
}
