package dev.operatoranalytics.api.analytics;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads who stands where. */
@Singleton
class RankQueries {
  private final JdbcOperations jdbc;

  RankQueries(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** Which operator by which figure. */
  record Asked(String operator, LeaderboardMetric metric) {}

  /** Those of the addresses that an operator has. */
  Set<String> known(Collection<String> addresses) {
    return jdbc.prepareStatement(
        "select operator_id from operator_state where operator_id = any(?)",
        statement -> {
          statement.setArray(
              1, statement.getConnection().createArrayOf("text", addresses.toArray()));
          var known = new HashSet<String>();
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              known.add(rows.getString(1));
            }
          }
          return known;
        });
  }

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
            coalesce(mean, (select min(mean) from ranked)) as mean,
            coalesce(median, (select min(median) from ranked)) as median
        from unnest(?) as asked (operator_id)
        cross join population
        left join ranked using (operator_id)
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
              rows.getObject("place") == null ? null : rows.getInt("place"),
              rows.getInt("population"),
              rows.getBigDecimal("percentile"),
              rows.getBigDecimal("mean"),
              rows.getBigDecimal("median")));
    }
    return ranks;
  }
}
