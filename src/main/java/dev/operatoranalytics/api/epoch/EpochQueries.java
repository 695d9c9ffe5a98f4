package dev.operatoranalytics.api.epoch;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Reads the range of epochs and the domain. */
@Singleton
public class EpochQueries {
  private final JdbcOperations jdbc;

  EpochQueries(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** The epochs with data. */
  public record Range(int from, int to) {}

  /**
   * The data of a domain.
   *
   * @param range from the first to the last epoch with a price or a document
   * @param operators number of operators ever registered
   */
  record EpochCoverage(Range range, int operators) {}

  /** Empty without epochs. */
  Optional<EpochCoverage> coverage() {
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
                ? Optional.<EpochCoverage>empty()
                : Optional.of(new EpochCoverage(new Range(from, row.getInt(2)), row.getInt(3)));
          }
        });
  }

  /**
   * The first epoch that ended within the last days before the end of the newest one, by blocks.
   */
  int firstOfLast(int days) {
    return jdbc.prepareStatement(
        """
        select coalesce(min(epoch), 0)
        from epochs
        where end_block > (
            select end_block - ? / 6.13 from epochs order by epoch desc limit 1
        )
        """,
        statement -> {
          statement.setLong(1, days * 86_400L);
          try (var row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
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
