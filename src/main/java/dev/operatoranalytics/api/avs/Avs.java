package dev.operatoranalytics.api.avs;

import dev.operatoranalytics.api.graphql.GlobalId;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An AVS with its sums and what it says of itself: a row of {@code avs}. Amounts in USD. */
@MappedEntity("avs")
public record Avs(
    @Id String avsId,
    @Nullable String registrar,
    int operatorCount,
    int everOperatorCount,
    int operatorSetCount,
    BigDecimal delegatedUsd,
    @Nullable String name,
    @Nullable String description,
    @Nullable String website,
    @Nullable String logo,
    @Nullable String twitter,
    @Nullable String metadataUri,
    @Nullable Instant metadataUpdatedAt) {

  static final String ROWS =
      """
      select
          avs.avs_id, registrar, operator_count, ever_operator_count, operator_set_count,
          delegated_usd, name, description, website, logo, twitter, metadata_uri,
          avs_metadata.updated_at as metadata_updated_at,
          case_folded(name) collate "C" as name_order
      from avs
      join avs_state using (avs_id)
      left join avs_metadata using (avs_id)
      """;

  /** What an AVS says of itself. */
  public record Metadata(
      @Nullable String name,
      @Nullable String description,
      @Nullable String website,
      @Nullable String logo,
      @Nullable String twitter,
      @Nullable String uri,
      @Nullable Instant updatedAt) {}

  public String id() {
    return new GlobalId("Avs", avsId).toString();
  }

  public String address() {
    return avsId;
  }

  /** Null when neither an event nor an import told of any. */
  public @Nullable Metadata metadata() {
    return metadataUri == null && metadataUpdatedAt == null
        ? null
        : new Metadata(name, description, website, logo, twitter, metadataUri, metadataUpdatedAt);
  }
}
