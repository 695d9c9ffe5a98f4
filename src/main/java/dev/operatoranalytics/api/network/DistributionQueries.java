package dev.operatoranalytics.api.network;

import dev.operatoranalytics.api.analytics.LeaderboardMetric;
import dev.operatoranalytics.api.graphql.BadInput;
import graphql.schema.DataFetchingEnvironment;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads how many operators have how much. */
@Singleton
class DistributionQueries {
  private static final int GREATEST = 1_000;

  private final JdbcOperations jdbc;

  DistributionQueries(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** Which figure, in how many buckets. */
  record Asked(LeaderboardMetric metric, int buckets) {

    static Asked of(DataFetchingEnvironment env) {
      int buckets = Objects.requireNonNull(env.<Integer>getArgument("buckets"));
      if (buckets < 1 || buckets > GREATEST) {
        throw new BadInput("buckets are 1 to %,d, not %,d".formatted(GREATEST, buckets));
      }
      return new Asked(
          LeaderboardMetric.valueOf(Objects.requireNonNull(env.getArgument("metric")).toString()),
          buckets);
    }
  }

  /**
   * Operators with a figure from {@code from} on, and below {@code to}; the last bucket has its
   * end.
   */
  public record DistributionBucket(BigDecimal from, BigDecimal to, int count) {}

  Map<Asked, List<DistributionBucket>> distributions(Collection<Asked> asked) {
    var found = new HashMap<Asked, List<DistributionBucket>>();
    asked.forEach(one -> found.put(one, buckets(one)));
    return found;
  }

  private List<DistributionBucket> buckets(Asked asked) {
    return jdbc.prepareStatement(
        """
        with figures as (%s),
        ends as (select min(value) as least, max(value) as greatest from figures),
        buckets as (
            select
                number,
                least + ratio((greatest - least) * (number - 1), ?) as begins,
                case
                    when number = ? then greatest
                    else least + ratio((greatest - least) * number, ?)
                end as ends,
                number = ? as is_last
            from ends cross join generate_series(1, ?) as number
            where least is not null
        )
        select begins, ends, count(value)
        from buckets
        left join figures
            on value >= begins and (value < ends or (is_last and value <= ends))
        group by number, begins, ends
        order by number
        """
            .formatted(asked.metric().figures()),
        statement -> {
          for (var place = 1; place <= 5; place++) {
            statement.setInt(place, asked.buckets());
          }
          var found = new ArrayList<DistributionBucket>();
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              found.add(
                  new DistributionBucket(
                      rows.getBigDecimal(1), rows.getBigDecimal(2), rows.getInt(3)));
            }
          }
          return found;
        });
  }
}
