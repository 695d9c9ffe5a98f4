package dev.operatoranalytics.api.avs;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An operator at an AVS: a row of {@code operator_avs_relationships}. */
@MappedEntity("operator_avs_relationships")
public record AvsRelationship(
    @Id String operatorId,
    String avsId,
    String status,
    boolean isRegisteredWithDirectory,
    int operatorSetCount,
    Instant registeredAt,
    @Nullable Instant unregisteredAt) {

  static final String ROWS =
      """
      select
          operator_id, avs_id, case when is_registered then 'REGISTERED' else 'UNREGISTERED' end as status,
          is_registered_with_directory, operator_set_count, registered_at, unregistered_at
      from operator_avs_relationships
      """;
}
