package dev.operatoranalytics.api.analytics;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads who stands where. */
@Singleton
class RankQueries {
  private final JdbcOperations jdbc;

  RankQueries(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** Which operator by which figure. */
  record Asked(String operator, LeaderboardMetric metric) {}

  List<Rank> leaderboard(LeaderboardMetric metric, int first) {
    return jdbc.prepareStatement(
        metric.ranked() + "order by place, operator_id limit ?",
        statement -> {
          statement.setInt(1, first);
          try (var rows = statement.executeQuery()) {
            return read(rows, metric);
          }
        });
  }

  /** One statement a figure; whoever is not active or has no figure has no place. */
  Map<Asked, Rank> ranks(Collection<Asked> asked) {
    var operators = new HashMap<LeaderboardMetric, List<String>>();
    for (var one : asked) {
      operators.computeIfAbsent(one.metric(), metric -> new ArrayList<>()).add(one.operator());
    }
    var found = new HashMap<Asked, Rank>();
    operators.forEach(
        (metric, names) ->
            ranks(metric, names)
                .forEach(rank -> found.put(new Asked(rank.operatorId(), metric), rank)));
    return found;
  }

  private List<Rank> ranks(LeaderboardMetric metric, List<String> operators) {
    return jdbc.prepareStatement(
        """
        with ranked as (%s), population as (select count(*) as population from ranked)
        select
            asked.operator_id, value, place, population.population, percentile,
            case
                when value is not null then null
                when operator_state.is_active then 'NO_FIGURE'
                else 'INACTIVE'
            end as reason,
            coalesce(mean, (select min(mean) from ranked)) as mean,
            coalesce(median, (select min(median) from ranked)) as median
        from unnest(?) as asked (operator_id)
        cross join population
        left join ranked using (operator_id)
        left join operator_state using (operator_id)
        """
            .formatted(metric.ranked()),
        statement -> {
          statement.setArray(
              1, statement.getConnection().createArrayOf("text", operators.toArray()));
          try (var rows = statement.executeQuery()) {
            return read(rows, metric);
          }
        });
  }

  private static List<Rank> read(ResultSet rows, LeaderboardMetric metric) throws SQLException {
    var ranks = new ArrayList<Rank>();
    while (rows.next()) {
      ranks.add(
          new Rank(
              rows.getString("operator_id"),
              metric.name(),
              rows.getBigDecimal("value"),
              rows.getString("reason"),
              rows.getObject("place") == null ? null : rows.getInt("place"),
              rows.getInt("population"),
              rows.getBigDecimal("percentile"),
              rows.getBigDecimal("mean"),
              rows.getBigDecimal("median")));
    }
    return ranks;
  }
}
