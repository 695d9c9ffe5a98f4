package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.api.graphql.Listing;
import dev.operatoranalytics.api.graphql.Listing.Column;
import dev.operatoranalytics.api.graphql.Page;
import dev.operatoranalytics.api.graphql.PageRequest;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads epochs, their operators and what is wrong with them. */
@Singleton
public class EpochQueries {
  private static final IntegerPages<Epoch> EPOCHS = new IntegerPages<>("epochs", Epoch::epoch);
  private static final IntegerPages<EpochOperator> OPERATORS =
      new IntegerPages<>("epoch.operators", EpochOperator::operatorId);

  private final JdbcOperations jdbc;
  private final Listing<DomainOperator> domainOperators;

  EpochQueries(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
    this.domainOperators =
        new Listing<>(
            jdbc,
            "domainOperators",
            DomainOperator.class,
            DomainOperator.ROWS,
            Map.of(
                "STAKE", new Column("current_stake", "numeric"),
                "STAKE_PER_SHARE", new Column("stake_per_share", "numeric"),
                "OPERATOR_ID", new Column("operator_id", "integer"),
                "NAME", new Column("name_order", "text")),
            "STAKE",
            new Column("operator_id", "integer"));
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

  Optional<Epoch> find(int epoch) {
    return jdbc.prepareStatement(
        Epoch.ROWS + "where epochs.epoch = ?",
        statement -> {
          statement.setInt(1, epoch);
          return entities(statement, Epoch.class).stream().findFirst();
        });
  }

  /** The epochs of a range, ascending. */
  Page<Epoch> page(int from, int to, PageRequest request) {
    var position = EPOCHS.position(request);
    var found =
        jdbc.prepareStatement(
            Epoch.ROWS
                + "where epochs.epoch between ? and ? order by epochs.epoch "
                + (request.isBackward() ? "desc" : "asc")
                + " limit ?",
            statement -> {
              var after =
                  position == null || request.isBackward() ? from : Math.max(from, position + 1);
              var before =
                  position == null || !request.isBackward() ? to : Math.min(to, position - 1);
              statement.setInt(1, after);
              statement.setInt(2, before);
              statement.setInt(3, request.size() + 1);
              return entities(statement, Epoch.class);
            });
    return EPOCHS.page(request, found, request.isCounted() ? count(from, to) : null);
  }

  private Long count(int from, int to) {
    return jdbc.prepareStatement(
        "select count(*) from epochs where epoch between ? and ?",
        statement -> {
          statement.setInt(1, from);
          statement.setInt(2, to);
          return single(statement);
        });
  }

  /** A page of the operators of each epoch, all by one query. */
  Map<String, Page<EpochOperator>> operators(Collection<String> epochs, PageRequest request) {
    var position = OPERATORS.position(request);
    var isBackward = request.isBackward();
    var found =
        jdbc.prepareStatement(
            """
            select page.*
            from unnest(?::integer[]) as asked (epoch)
            cross join lateral (
                %s
                where operator_shares.epoch = asked.epoch and operator_shares.operator_id %s ?
                order by operator_shares.operator_id %s
                limit ?
            ) as page
            """
                .formatted(EpochOperator.ROWS, isBackward ? "<" : ">", isBackward ? "desc" : "asc"),
            statement -> {
              statement.setArray(1, texts(statement, epochs));
              statement.setLong(
                  2, position == null ? (isBackward ? Integer.MAX_VALUE + 1L : -1) : position);
              statement.setInt(3, request.size() + 1);
              return entities(statement, EpochOperator.class);
            });
    var byEpoch = new LinkedHashMap<String, List<EpochOperator>>();
    epochs.forEach(epoch -> byEpoch.put(epoch, new ArrayList<>()));
    found.forEach(
        row -> Objects.requireNonNull(byEpoch.get(Integer.toString(row.epoch()))).add(row));
    var totals = request.isCounted() ? operatorCounts(epochs) : Map.<String, Long>of();
    var pages = new HashMap<String, Page<EpochOperator>>();
    byEpoch.forEach(
        (epoch, rows) ->
            pages.put(
                epoch,
                OPERATORS.page(
                    request, rows, request.isCounted() ? totals.getOrDefault(epoch, 0L) : null)));
    return pages;
  }

  private Map<String, Long> operatorCounts(Collection<String> epochs) {
    return jdbc.prepareStatement(
        "select epoch, count(*) from operator_shares where epoch = any(?::integer[]) group by"
            + " epoch",
        statement -> {
          statement.setArray(1, texts(statement, epochs));
          var counts = new HashMap<String, Long>();
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              counts.put(rows.getString(1), rows.getLong(2));
            }
          }
          return counts;
        });
  }

  Map<Integer, List<EpochIssue>> issues(Collection<Integer> epochs) {
    return jdbc.prepareStatement(
        """
        select epoch, json_path, kind, raw, reason
        from epoch_issues
        where epoch = any(?)
        order by epoch, json_path
        """,
        statement -> {
          statement.setArray(1, integers(statement, epochs));
          var issues = new HashMap<Integer, List<EpochIssue>>();
          epochs.forEach(epoch -> issues.put(epoch, new ArrayList<>()));
          for (var issue : entities(statement, EpochIssue.class)) {
            Objects.requireNonNull(issues.get(issue.epoch())).add(issue);
          }
          return issues;
        });
  }

  /** Prices of one form as JSON, by epoch; none where nothing is known. */
  Map<Integer, String> dictionaries(SharePriceForm form, Collection<Integer> epochs) {
    var sql =
        switch (form) {
          case STAKE_PER_SHARE ->
              """
              select epoch, operator_share_prices from epoch_dictionaries where epoch = any(?)
              """;
          case CHAIN ->
              """
              select
                  epoch,
                  '{' || string_agg(
                      '"' || operator_id || '":"' || share_price_perq || '"', ',' order by operator_id
                  ) || '}'
              from operator_share_prices
              where epoch = any(?) and source = 'epochs_json'
              group by epoch
              """;
        };
    return jdbc.prepareStatement(
        sql,
        statement -> {
          statement.setArray(1, integers(statement, epochs));
          var found = new HashMap<Integer, String>();
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              var dictionary = rows.getString(2);
              if (dictionary != null) {
                found.put(rows.getInt(1), dictionary);
              }
            }
          }
          return found;
        });
  }

  Optional<DomainOperator> findOperator(int operatorId) {
    return jdbc.prepareStatement(
        DomainOperator.ROWS + "where operators_metadata.operator_id = ?",
        statement -> {
          statement.setInt(1, operatorId);
          return entities(statement, DomainOperator.class).stream().findFirst();
        });
  }

  Map<Integer, DomainOperator> operatorsById(Collection<Integer> ids) {
    return jdbc.prepareStatement(
        DomainOperator.ROWS + "where operators_metadata.operator_id = any(?)",
        statement -> {
          statement.setArray(1, integers(statement, ids));
          var found = new HashMap<Integer, DomainOperator>();
          entities(statement, DomainOperator.class)
              .forEach(operator -> found.put(operator.operatorId(), operator));
          return found;
        });
  }

  Map<String, DomainOperator> operatorsByKey(Collection<String> keys) {
    var ids = new ArrayList<Integer>();
    for (var key : keys) {
      if (key.matches("[0-9]{1,9}")) {
        ids.add(Integer.valueOf(key));
      }
    }
    var found = new HashMap<String, DomainOperator>();
    operatorsById(ids).forEach((id, operator) -> found.put(Integer.toString(id), operator));
    return found;
  }

  Listing<DomainOperator> domainOperators() {
    return domainOperators;
  }

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

  /**
   * Rewards of some epochs together.
   *
   * @param rewards of the epochs in which they are known, base units; null when there are none
   * @param unknownEpochs without a document, or whose document does not tell
   */
  public record RewardBucket(
      int firstEpoch, int lastEpoch, @Nullable BigDecimal rewards, int unknownEpochs) {}

  /** The rewards of a range in buckets of equal length, but for the last; nothing is left out. */
  List<RewardBucket> rewards(Range range, int buckets, @Nullable List<Integer> operatorIds) {
    var length = (range.to() - range.from()) / buckets + 1;
    return jdbc.prepareStatement(
        """
        with

        known as (
            select epoch, rewards as all_rewards
            from epochs
            where epoch between ? and ? and rewards is not null
        ),

        asked as (
            select
                epoch,
                case
                    when ?::integer[] is null then all_rewards
                    else (
                        select coalesce(sum(reward_raw), 0)
                        from operator_shares
                        where operator_shares.epoch = known.epoch and operator_id = any(?::integer[])
                    )
                end as reward
            from known
        )

        select
            first_epoch,
            least(first_epoch + ? - 1, ?) as last_epoch,
            sum(reward),
            least(first_epoch + ? - 1, ?) - first_epoch + 1 - count(reward)
        from generate_series(?, ?, ?) as first_epoch
        left join asked on epoch between first_epoch and first_epoch + ? - 1
        group by first_epoch
        order by first_epoch
        """,
        statement -> {
          var operators = operatorIds == null ? null : integers(statement, operatorIds);
          statement.setInt(1, range.from());
          statement.setInt(2, range.to());
          statement.setArray(3, operators);
          statement.setArray(4, operators);
          statement.setInt(5, length);
          statement.setInt(6, range.to());
          statement.setInt(7, length);
          statement.setInt(8, range.to());
          statement.setInt(9, range.from());
          statement.setInt(10, range.to());
          statement.setInt(11, length);
          statement.setInt(12, length);
          var found = new ArrayList<RewardBucket>();
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              found.add(
                  new RewardBucket(
                      rows.getInt(1), rows.getInt(2), rows.getBigDecimal(3), rows.getInt(4)));
            }
          }
          return found;
        });
  }

  private <T> List<T> entities(PreparedStatement statement, Class<T> type) throws SQLException {
    var found = new ArrayList<T>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(jdbc.readEntity("", rows, type));
      }
    }
    return found;
  }

  private static Long single(PreparedStatement statement) throws SQLException {
    try (var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static java.sql.Array integers(PreparedStatement statement, Collection<Integer> values)
      throws SQLException {
    return statement.getConnection().createArrayOf("integer", values.toArray());
  }

  private static java.sql.Array texts(PreparedStatement statement, Collection<String> values)
      throws SQLException {
    return statement.getConnection().createArrayOf("text", values.toArray());
  }
}
