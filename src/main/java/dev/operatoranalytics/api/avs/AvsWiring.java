package dev.operatoranalytics.api.avs;

import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.PageRequest;
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
        .find("avs", avses::find)
        .query("avses", env -> avses.avses().page(PageRequest.of(env)))
        .each("Avs", "operatorSets", Avs::avsId, avses::operatorSetsOf)
        .pages(
            "Avs",
            "relationships",
            Avs::avsId,
            (addresses, page) -> avses.ofAvses().pages("avs_id", addresses, page))
        .pages(
            "Operator",
            "avsRelationships",
            Operator::operatorId,
            (addresses, page) -> avses.ofOperators().pages("operator_id", addresses, page));
    fields
        .each("OperatorSet", "avs", OperatorSet::avsId, avses::byAddress)
        .each("OperatorSet", "strategies", OperatorSet::operatorSetId, avses::strategiesOf)
        .pages(
            "OperatorSet",
            "members",
            OperatorSet::operatorSetId,
            (ids, page) -> avses.members().pages("operator_set_id", ids, page));
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
