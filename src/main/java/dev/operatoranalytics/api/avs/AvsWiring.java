package dev.operatoranalytics.api.avs;

import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.Operator;
import dev.operatoranalytics.api.operator.OperatorQueries;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the fields of AVSs and operator sets are answered. */
@Singleton
class AvsWiring implements Wiring {
  private final AvsQueries avses;
  private final AvsRecords records;
  private final OperatorQueries operators;
  private final Clock clock;

  AvsWiring(AvsQueries avses, AvsRecords records, OperatorQueries operators, Clock clock) {
    this.avses = avses;
    this.records = records;
    this.operators = operators;
    this.clock = clock;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .find("avs", avses::byAddress)
        .node("Avs", avses::byAddress)
        .node("OperatorSet", avses::operatorSets)
        .type("OperatorSet", OperatorSet.class)
        .type("AvsPeriod", AvsPeriod.class)
        .byClock("AvsPeriod", "days")
        .list("avses", avses.avses())
        .each("Avs", "operatorSets", Avs::avsId, avses::operatorSetsOf)
        .pages("Avs", "relationships", Avs::avsId, avses.ofAvses(), "avs_id")
        .pages(
            "Operator",
            "avsRelationships",
            Operator::operatorId,
            avses.ofOperators(),
            "operator_id");
    fields
        .each("OperatorSet", "avs", OperatorSet::avsId, avses::byAddress)
        .each("OperatorSet", "strategies", OperatorSet::operatorSetId, avses::strategiesOf)
        .pages(
            "OperatorSet",
            "members",
            OperatorSet::operatorSetId,
            avses.members(),
            "operator_set_id");
    fields
        .each("AvsRelationship", "avs", AvsRelationship::avsId, avses::byAddress)
        .each("AvsRelationship", "operator", AvsRelationship::operatorId, operators::byAddress)
        .each(
            "AvsRelationship",
            "periods",
            (AvsRelationship at) -> new AvsRecords.Place(at.operatorId(), at.avsId()),
            records::periodsAt)
        .each("AvsPeriod", "operatorSet", AvsPeriod::operatorSetId, avses::operatorSets)
        .field(
            "AvsPeriod",
            "days",
            (AvsPeriod period) -> days(period.registeredAt(), period.unregisteredAt()));
  }

  private int days(Instant from, @Nullable Instant to) {
    return (int) Duration.between(from, to == null ? clock.instant() : to).toDays();
  }
}
