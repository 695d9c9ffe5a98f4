package dev.operatoranalytics.alert;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.RunRequestRejected;
import dev.operatoranalytics.pipeline.RunRequestRejected.RejectionReason;
import dev.operatoranalytics.pipeline.SqlFile;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires the alerts of all enabled rules. It reads only the operators that changed since the last
 * evaluation, by their rows of {@code change_feed}; whichever server or command changed them.
 */
@Singleton
public class AlertEvaluator {
  private static final Logger log = LoggerFactory.getLogger(AlertEvaluator.class);

  /** Some facts follow from the time alone, without new data. */
  private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

  /** A day can be committed later than its time of taking says. */
  private static final Duration OVERLAP = Duration.ofHours(1);

  private static final int MAX_DRY_RUN_DAYS = 90;

  private static final String FIRE =
      """
      with fact as (
      %s
      ),
      served as (
          select operator_id, avs_id from operator_avs_relationships where is_registered
      )
      insert into alerts (
          rule_id, fact_key, kind, operator_id, avs_id, staker_id, block_number, happened_at, usd,
          percent, figures, detail, link, fired_at
      )
      select
          rule.rule_id, fact.fact_key, rule.kind, fact.operator_id, fact.avs_id, fact.staker_id,
          fact.block_number, fact.happened_at, fact.usd, fact.percent, fact.figures, fact.detail, fact.link, ?
      from alert_rules as rule
      cross join fact
      where
          rule.rule_id = any(?)
          -- what stands still is reported although it did so before
          and (fact.happened_at > rule.since or rule.hours is not null)
          and (
              rule.operator_id is null
              or rule.operator_id = fact.operator_id
              or (
                  fact.operator_id is null
                  and (rule.operator_id, fact.avs_id) in (table served)
              )
          )
          and (
              rule.avs_id is null
              or rule.avs_id = fact.avs_id
              or (
                  fact.avs_id is null
                  and (fact.operator_id, rule.avs_id) in (table served)
              )
          )
          and (
              rule.staker_id is null
              or rule.staker_id = fact.staker_id
              or (
                  fact.staker_id is null
                  and exists (
                      select
                      from operator_delegators as delegator
                      where
                          delegator.staker_id = rule.staker_id
                          and delegator.is_delegated
                          and (
                              delegator.operator_id = fact.operator_id
                              or (
                                  fact.operator_id is null
                                  and (delegator.operator_id, fact.avs_id) in (table served)
                              )
                          )
                  )
              )
          )
          and (
              (rule.min_usd is null and rule.min_percent is null)
              or fact.usd >= rule.min_usd
              or fact.percent >= rule.min_percent
          )
          -- of a drop that lasts, only the day on which it reached the limit
          and (fact.percent_before is null or fact.percent_before < rule.min_percent)
          and (rule.days is null or rule.days = fact.days)
          and (rule.hours is null or fact.hours >= rule.hours)
          and (rule.flag is null or rule.flag = fact.figures ->> 'flag')
      order by fact.happened_at, fact.block_number, fact.fact_key, rule.rule_id
      on conflict do nothing
      returning alert_id, rule_id
      """;

  private final DataSource state;
  private final AlertSettings settings;
  private final Clock clock;

  @Inject
  AlertEvaluator(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      AlertSettings settings,
      Clock clock) {
    this(plain.resolve(state), settings, clock);
  }

  AlertEvaluator(DataSource state, AlertSettings settings, Clock clock) {
    this.state = state;
    this.settings = settings;
    this.clock = clock;
  }

  private record Rule(
      long id, AlertKind kind, Instant since, @Nullable Long position, @Nullable Integer days) {}

  private record Current(long version, long feedPosition, long feedPrunedTo) {}

  /**
   * Evaluates the rules, unless another server does or nothing changed.
   *
   * @return number of alerts that fired
   */
  public int evaluate() throws SQLException {
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var fired = evaluate(connection);
        connection.commit();
        return fired;
      } finally {
        connection.rollback();
      }
    }
  }

  private int evaluate(Connection connection) throws SQLException {
    var now = clock.instant();
    var evaluated = lock(connection);
    if (evaluated.isEmpty()) {
      return 0;
    }
    var current = current(connection);
    if (evaluated.get().version == current.version
        && evaluated.get().at.plus(MAX_PAUSE).isAfter(now)) {
      return 0;
    }
    updateFlags(connection);
    var rules = enabledRules(connection);
    var bounds =
        new Bounds(
            AlertRules.stateAsOf(connection, now).minus(AlertRules.MAX_AGE),
            evaluated.get().at.minus(OVERLAP),
            now);
    var fired = fire(connection, rules, current, bounds);
    recordEvaluation(connection, current, fired.size(), now);
    deleteOld(connection, now);
    if (!fired.isEmpty()) {
      log.info("alerts fired={} rules={}", fired.size(), rules.size());
      DataVersion.raise(connection, fired);
    }
    return fired.size();
  }

  /**
   * Returns what a rule would have fired in the last days, the oldest first. It fires the rule in a
   * transaction that is rolled back.
   */
  public List<WouldFire> dryRun(NewRule rule, int days) throws SQLException {
    rule.check();
    if (days < 1 || days > MAX_DRY_RUN_DAYS) {
      throw new RunRequestRejected(
          RejectionReason.INVALID, "days is 1 to %d, not %d".formatted(MAX_DRY_RUN_DAYS, days));
    }
    try (var connection = state.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var now = clock.instant();
        var since = AlertRules.stateAsOf(connection, now).minus(Duration.ofDays(days));
        var id = AlertRules.insert(connection, rule, since, "dry run", clock);
        var tried = new Rule(id, rule.kind(), since, null, rule.limits().days());
        if (rule.kind() == AlertKind.FLAG_RAISED) {
          updateFlags(connection);
        }
        var _ =
            fire(
                connection,
                List.of(tried),
                current(connection),
                new Bounds(since, Instant.EPOCH, now));
        return WouldFire.read(connection, id);
      } finally {
        connection.rollback();
      }
    }
  }

  /**
   * Which facts are looked at.
   *
   * @param oldest earlier facts are not
   * @param taken days that were taken earlier are not, unless a rule is new
   */
  private record Bounds(Instant oldest, Instant taken, Instant now) {}

  private static List<Change> fire(
      Connection connection, List<Rule> rules, Current current, Bounds bounds) throws SQLException {
    var byKind = new EnumMap<AlertKind, List<Rule>>(AlertKind.class);
    rules.forEach(rule -> byKind.computeIfAbsent(rule.kind, _ -> new ArrayList<>()).add(rule));
    var fired = new ArrayList<Change>();
    for (var kind : byKind.entrySet()) {
      fired.addAll(fire(connection, kind.getKey(), kind.getValue(), current, bounds));
    }
    return fired;
  }

  private static List<Change> fire(
      Connection connection, AlertKind kind, List<Rule> rules, Current current, Bounds bounds)
      throws SQLException {
    var operators =
        kind.isOfChangedOperators()
            ? changedOperators(connection, rules, current)
            : List.<String>of();
    if (kind.isOfChangedOperators() && operators.isEmpty()) {
      return List.of();
    }
    var since = rules.stream().map(Rule::since).min(Instant::compareTo).orElseThrow();
    var hasNew = rules.stream().anyMatch(rule -> rule.position == null);
    var days = rules.stream().map(Rule::days).filter(Objects::nonNull).map(String::valueOf);
    SqlFile.set(
        connection,
        Map.of(
            "operators", SqlFile.list(operators),
            "from_time", (since.isBefore(bounds.oldest) ? bounds.oldest : since).toString(),
            "until_time", bounds.now.toString(),
            "after_time", (hasNew ? Instant.EPOCH : bounds.taken).toString(),
            "windows", days.collect(joining(","))));
    try (var statement = connection.prepareStatement(FIRE.formatted(kind.select().statement()))) {
      statement.setObject(1, bounds.now.atOffset(ZoneOffset.UTC));
      statement.setArray(
          2, connection.createArrayOf("bigint", rules.stream().map(Rule::id).toArray()));
      try (var rows = statement.executeQuery()) {
        var fired = new ArrayList<Change>();
        while (rows.next()) {
          fired.add(Change.alert(rows.getLong(1), rows.getLong(2)));
        }
        return fired;
      }
    }
  }

  /** All operators when a rule is new, or when rows of the feed that it has not seen are gone. */
  private static List<String> changedOperators(
      Connection connection, List<Rule> rules, Current current) throws SQLException {
    var after =
        rules.stream()
            .mapToLong(rule -> rule.position == null ? -1 : rule.position)
            .min()
            .orElse(-1);
    if (after < current.feedPrunedTo) {
      return texts(
          connection, "select operator_id from operators where ?::bigint is not null", after);
    }
    return texts(
        connection,
        "select distinct key from change_feed where kind = 'OPERATOR' and position > ?",
        after);
  }

  private static List<String> texts(Connection connection, String sql, long parameter)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setLong(1, parameter);
      try (var rows = statement.executeQuery()) {
        var texts = new ArrayList<String>();
        while (rows.next()) {
          texts.add(rows.getString(1));
        }
        return texts;
      }
    }
  }

  /** Forgets flags that are not set any more, so that they fire when they are set again. */
  private static void updateFlags(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(
          """
          delete from alert_flags as raised
          where not exists (
              select
              from operator_flags as flagged
              where
                  flagged.flag = raised.flag
                  and flagged.operator_id = raised.operator_id
                  and flagged.subject_id = raised.subject_id
          )
          """);
      statement.executeUpdate(
          """
          insert into alert_flags (flag, operator_id, subject_id, raised_at, raised_block)
          select flagged.flag, flagged.operator_id, flagged.subject_id, safe_at, safe_block
          from operator_flags as flagged
          cross join (
              select safe_at, safe_block
              from pipeline_checkpoints
              where safe_at is not null
              order by safe_at desc
              limit 1
          ) as checkpoint
          on conflict do nothing
          """);
    }
  }

  private record Evaluated(long version, Instant at) {}

  /** Empty while another server evaluates the rules. */
  private static Optional<Evaluated> lock(Connection connection) throws SQLException {
    return Sql.first(
        connection,
        """
        select version, coalesce(evaluated_at, 'epoch')
        from alert_evaluation
        for update skip locked
        """,
        row -> new Evaluated(row.getLong(1), row.getObject(2, OffsetDateTime.class).toInstant()));
  }

  private static Current current(Connection connection) throws SQLException {
    return Sql.get(
        connection,
        "select version, feed_position, feed_pruned_to from data_version",
        row -> new Current(row.getLong(1), row.getLong(2), row.getLong(3)));
  }

  private static List<Rule> enabledRules(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                select rule_id, kind, since, evaluated_position, days
                from alert_rules
                where is_enabled
                """)) {
      var rules = new ArrayList<Rule>();
      while (rows.next()) {
        rules.add(
            new Rule(
                rows.getLong(1),
                AlertKind.valueOf(rows.getString(2)),
                rows.getObject(3, OffsetDateTime.class).toInstant(),
                rows.getObject(4, Long.class),
                rows.getObject(5, Integer.class)));
      }
      return rules;
    }
  }

  /** A change that is committed meanwhile has a greater version, and so is evaluated next. */
  private static void recordEvaluation(
      Connection connection, Current current, int fired, Instant now) throws SQLException {
    try (var evaluation =
            connection.prepareStatement(
                "update alert_evaluation set version = ?, evaluated_at = ?");
        var rules =
            connection.prepareStatement(
                "update alert_rules set evaluated_position = ? where is_enabled and"
                    + " evaluated_position is distinct from ?")) {
      evaluation.setLong(1, current.version + (fired > 0 ? 1 : 0));
      evaluation.setObject(2, now.atOffset(ZoneOffset.UTC));
      evaluation.executeUpdate();
      rules.setLong(1, current.feedPosition);
      rules.setLong(2, current.feedPosition);
      rules.executeUpdate();
    }
  }

  /** Facts this old are not evaluated any more, and so do not fire again. */
  private void deleteOld(Connection connection, Instant now) throws SQLException {
    try (var statement =
        connection.prepareStatement("delete from alerts where fired_at < ? and happened_at < ?")) {
      statement.setObject(1, now.minus(settings.retention()).atOffset(ZoneOffset.UTC));
      statement.setObject(
          2, now.minus(AlertRules.MAX_AGE.multipliedBy(2)).atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }
}
