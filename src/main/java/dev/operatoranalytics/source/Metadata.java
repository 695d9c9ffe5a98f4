package dev.operatoranalytics.source;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.database.StorableText;
import dev.operatoranalytics.pipeline.RebuildRequests;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The metadata that an operator or an AVS publishes; null where it omits a field. */
public record Metadata(
    @Nullable String name,
    @Nullable String description,
    @Nullable String website,
    @Nullable String logo,
    @Nullable String twitter) {

  /** The kinds of entities that have metadata. */
  public enum Subject {
    OPERATOR,
    AVS;

    /** Returns the prefix of its table and column names. */
    public String noun() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String STORE =
      """
      insert into %1$s_metadata as held
          (%1$s_id, name, description, website, logo, twitter, updated_at)
      values (?, ?, ?, ?, ?, ?, now())
      on conflict (%1$s_id) do update set
          name = excluded.name,
          description = excluded.description,
          website = excluded.website,
          logo = excluded.logo,
          twitter = excluded.twitter,
          updated_at = excluded.updated_at
      where (held.name, held.description, held.website, held.logo, held.twitter)
          is distinct from
          (excluded.name, excluded.description, excluded.website, excluded.logo, excluded.twitter)
      """;

  public Metadata {
    name = storable(name);
    description = storable(description);
    website = storable(website);
    logo = storable(logo);
    twitter = storable(twitter);
  }

  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : new StorableText(text).value();
  }

  /** Stores this in an open transaction; returns whether anything changed. */
  public boolean store(Connection state, Subject subject, String address) throws SQLException {
    if (Sql.update(
            state,
            STORE.formatted(subject.noun()),
            address,
            name,
            description,
            website,
            logo,
            twitter)
        == 0) {
      return false;
    }
    if (subject == Subject.OPERATOR) {
      new RebuildRequests(state).add(Set.of(address), RebuildRequests.RebuildReason.METADATA);
    }
    return true;
  }
}
