package dev.operatoranalytics.api.epoch;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Reads epochs, their operators and what is wrong with them. */
@Singleton
public class EpochQueries {
  private final JdbcOperations jdbc;

  EpochQueries(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** Which epochs there are figures of. */
  public record Range(int from, int to) {}

  /**
   * What there is of a domain.
   *
   * @param range from the first to the last epoch with a price or a document
   * @param operators that it ever had
   */
  record Held(Range range, int operators) {}

  /** What there is; empty when there is none. */
  Optional<Held> held() {
    return jdbc.prepareStatement(
        """
        select
            least(min(epoch), (select min(epoch) from operator_share_prices)),
            greatest(max(epoch), (select max(epoch) from operator_share_prices)),
            (select count(*) from operators_metadata)
        from epochs
        """,
        statement -> {
          try (var row = statement.executeQuery()) {
            row.next();
            var from = row.getObject(1, Integer.class);
            return from == null
                ? Optional.<Held>empty()
                : Optional.of(new Held(new Range(from, row.getInt(2)), row.getInt(3)));
          }
        });
  }

  /** The domain that this instance serves; empty before the first import. */
  Optional<Long> domain() {
    return jdbc.prepareStatement(
        "select domain_id from epochs limit 1",
        statement -> {
          try (var row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getLong(1)) : Optional.<Long>empty();
          }
        });
  }
}
