package dev.operatoranalytics.pipeline;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.LongTransaction;
import dev.operatoranalytics.database.Sql;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds what is known of an address as of an earlier moment. The stages fill temporary tables
 * that hide the state tables until they are dropped; state tables are not written.
 */
@Singleton
public class AsOfRebuild {
  private static final SqlFile MOMENT =
      SqlFile.load("extraction", "moment").withSteps("timed_blocks");
  private static final int MAX_OPERATORS = 10;

  /** For an AVS or a strategy, of whose operators fewer tables are rebuilt. */
  private static final int MAX_OPERATORS_OF_SUMS = 2_000;

  private static final List<Stage> STAGES =
      List.of(Stages.PAST_PROTOCOL, Stages.QUOTES, Stages.REBUILD);
  private static final List<String> REWARD_VIEWS =
      List.of("reward_day_parts", "reward_days", "reward_day_tokens");

  private static final List<DailyFigures> DAILY_FIGURES =
      List.of(
          new DailyFigures(
              "operator_current_state", "operator_daily_snapshots", List.of("operator_id")),
          new DailyFigures(
              "operator_strategy_state",
              "operator_strategy_daily_snapshots",
              List.of("operator_id", "strategy_id")),
          new DailyFigures(
              "operator_allocations",
              "operator_allocation_daily_snapshots",
              List.of("operator_id", "operator_set_id", "strategy_id")));

  private final DataSource events;
  private final PipelineSettings settings;

  AsOfRebuild(
      @Named("events") DataSource events, DataSourceResolver plain, PipelineSettings settings) {
    this.events = plain.resolve(events);
    this.settings = settings;
  }

  /** A state table, and the snapshot table that stores its figures for the end of each day. */
  private record DailyFigures(String table, String snapshot, List<String> key) {}

  /** The last event before and the first event after a moment; null when there is none. */
  private record Sides(@Nullable Point before, @Nullable Point after) {}

  private record Point(long block, Instant time) {}

  /** What can be rebuilt, by its address. */
  public enum RebuiltSubject {
    OPERATOR,
    /** With all operators that it ever had. */
    STAKER,
    /** What it earned and claimed. */
    EARNER,
    /** With members and stake of its operators and operator sets. */
    AVS,
    /** With the stake that operators have in it. */
    STRATEGY
  }

  /**
   * Rebuilds a subject as of the end of a block, with the quotes of that time.
   *
   * @param state a connection whose transaction allows temporary tables
   * @throws StateNotKnown when the block is later than the state, or when too much had to be
   *     rebuilt
   */
  public void asOfBlock(Connection state, RebuiltSubject subject, String address, long block)
      throws SQLException {
    at(state, subject, address, source -> bounds(state, source, block), null);
  }

  /** Rebuilds a subject as of an instant, with the quotes of that time. */
  public void asOfTime(Connection state, RebuiltSubject subject, String address, Instant time)
      throws SQLException {
    at(state, subject, address, source -> bounds(state, source, time), null);
  }

  /**
   * Rebuilds a subject as of the end of a UTC day, with the prices of that day. When the day is
   * done, what it says of an operator's state, strategies and allocations, of an AVS or of a
   * strategy replaces what would be rebuilt.
   */
  public void asOfEndOf(Connection state, RebuiltSubject subject, String address, LocalDate day)
      throws SQLException {
    at(state, subject, address, source -> bounds(state, source, day), day);
  }

  private interface BoundsReader {
    RebuildBounds read(Connection source) throws SQLException;
  }

  private void at(
      Connection state,
      RebuiltSubject subject,
      String address,
      BoundsReader reader,
      @Nullable LocalDate day)
      throws SQLException {
    try (var source = snapshot()) {
      var bounds = reader.read(source);
      var runner = new StageRunner(source, state);
      switch (subject) {
        case OPERATOR -> stageOperator(runner, state, address, bounds, day);
        case STAKER -> stageStaker(runner, state, address, bounds);
        case EARNER -> runner.stage(Stages.PAST_EARNER, List.of(address), bounds);
        case AVS -> stageAvs(runner, state, address, bounds, day);
        case STRATEGY -> stageStrategy(runner, source, state, address, bounds, day);
      }
      source.rollback();
    }
  }

  private RebuildBounds bounds(Connection state, Connection source, long block)
      throws SQLException {
    var head = head(state);
    if (block > head.block()) {
      throw stateNotKnown("block " + block, head);
    }
    return asOf(block, timeOf(block, sides(source, block, "infinity")));
  }

  private RebuildBounds bounds(Connection state, Connection source, Instant time)
      throws SQLException {
    requireKnown(head(state), time);
    return asOf(blockAt(time, sides(source, Long.MAX_VALUE, time.toString())), time);
  }

  private RebuildBounds bounds(Connection state, Connection source, LocalDate day)
      throws SQLException {
    var last = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusSeconds(1);
    requireKnown(head(state), last);
    var block = blockAt(last, sides(source, Long.MAX_VALUE, last.toString()));
    return RebuildBounds.endOf(day, block, last, settings);
  }

  private RebuildBounds asOf(long block, Instant time) {
    return new RebuildBounds(
        0, block, time, "-infinity", time.toString(), time, RebuildBounds.Delays.of(settings));
  }

  private Point head(Connection state) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            select safe_block, safe_at
            from pipeline_checkpoints
            where pipeline_name = ? and safe_block is not null
            """)) {
      statement.setString(1, settings.name());
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          throw new StateNotKnown("no state has been built yet: run state-update");
        }
        return new Point(row.getLong(1), row.getObject(2, OffsetDateTime.class).toInstant());
      }
    }
  }

  private static void requireKnown(Point head, Instant time) {
    if (time.isAfter(head.time())) {
      throw stateNotKnown(time.toString(), head);
    }
  }

  private static StateNotKnown stateNotKnown(String moment, Point head) {
    return new StateNotKnown(
        "%s is not known yet: the state is as of block %d, %s"
            .formatted(moment, head.block(), head.time()));
  }

  private Connection snapshot() throws SQLException {
    var source = events.getConnection();
    try {
      LongTransaction.beginSnapshot(source);
      return source;
    } catch (SQLException e) {
      source.close();
      throw e;
    }
  }

  private static Sides sides(Connection source, long block, String time) throws SQLException {
    SqlFile.set(
        source,
        Map.of(
            "until_block",
            Long.toString(block),
            "chain_time",
            time,
            "first_block",
            "0",
            "last_block",
            Long.toString(Long.MAX_VALUE)));
    return Sql.get(
        source,
        MOMENT.on(source).statement(),
        row ->
            new Sides(
                point(row.getObject(1, Long.class), row.getObject(2, Long.class)),
                point(row.getObject(3, Long.class), row.getObject(4, Long.class))));
  }

  private static @Nullable Point point(@Nullable Long block, @Nullable Long second) {
    return block == null || second == null ? null : new Point(block, Instant.ofEpochSecond(second));
  }

  // blocks without events are counted by slots from the nearest block with events
  private Instant timeOf(long block, Sides sides) {
    var before = sides.before();
    var after = sides.after();
    if (before == null) {
      return after == null
          ? Instant.EPOCH
          : after.time().minusSeconds((after.block() - block) * settings.slotSeconds());
    }
    var time = before.time().plusSeconds((block - before.block()) * settings.slotSeconds());
    return after == null || time.isBefore(after.time()) ? time : after.time().minusSeconds(1);
  }

  private long blockAt(Instant time, Sides sides) {
    var before = sides.before();
    var after = sides.after();
    if (before == null) {
      return 0;
    }
    var block =
        before.block()
            + (time.getEpochSecond() - before.time().getEpochSecond()) / settings.slotSeconds();
    return after == null ? block : Math.min(block, after.block() - 1);
  }

  private static void stageOperator(
      StageRunner runner,
      Connection state,
      String operator,
      RebuildBounds bounds,
      @Nullable LocalDate day)
      throws SQLException {
    stage(runner, state, List.of(operator), bounds, STAGES);
    stageOperators(runner, state, List.of(operator), bounds);
    if (day != null && Partitions.SNAPSHOT.done(state, day) != null) {
      for (var daily : DAILY_FIGURES) {
        read(daily, state, operator, day);
      }
    }
  }

  private static void stageStaker(
      StageRunner runner, Connection state, String staker, RebuildBounds bounds)
      throws SQLException {
    var operators =
        operators(state, "select operator_id from operator_delegators where staker_id = ?", staker);
    requireAtMost(MAX_OPERATORS, operators, "the staker had");
    stage(runner, state, operators, bounds, STAGES);
    stageOperators(runner, state, operators, bounds);
    runner.stageStakers(List.of(staker), bounds);
    complete(state, Stages.STAKERS, bounds);
  }

  /** What only a full rebuild of operators has. */
  private static void stageOperators(
      StageRunner runner, Connection state, List<String> operators, RebuildBounds bounds)
      throws SQLException {
    Sql.update(
        state,
        "create temporary table state_block as select %s::bigint as block"
            .formatted(bounds.untilBlock()));
    runner.stage(Stages.PAST_OPERATOR_REWARDS, operators, bounds);
  }

  private static void stageAvs(
      StageRunner runner,
      Connection state,
      String avs,
      RebuildBounds bounds,
      @Nullable LocalDate day)
      throws SQLException {
    var operators =
        operators(
            state,
            "select distinct operator_id from operator_avs_registration_history where avs_id = ?",
            avs);
    var stakes = Stages.PAST_AVS;
    if (day != null && Partitions.ANALYTICS.done(state, day) != null) {
      SqlFile.set(state, Map.of("day", day.toString()));
      stakes = Stages.PAST_AVS_DAY;
    } else {
      requireAtMost(MAX_OPERATORS_OF_SUMS, operators, "the AVS had");
    }
    stageRewards(runner, state, avs, bounds);
    stage(runner, state, operators, bounds, List.of(Stages.PAST_PROTOCOL, Stages.QUOTES, stakes));
  }

  private static void stageStrategy(
      StageRunner runner,
      Connection source,
      Connection state,
      String strategy,
      RebuildBounds bounds,
      @Nullable LocalDate day)
      throws SQLException {
    var operators =
        operators(
            state,
            "select operator_id from operator_strategy_state where strategy_id = ?",
            strategy);
    var parameters = new HashMap<>(Map.of("strategies", SqlFile.list(List.of(strategy))));
    var stakes = Stages.PAST_STRATEGY;
    if (day != null && Partitions.SNAPSHOT.done(state, day) != null) {
      parameters.put("day", day.toString());
      stakes = Stages.PAST_STRATEGY_DAY;
    } else {
      requireAtMost(MAX_OPERATORS_OF_SUMS, operators, "the strategy had");
    }
    SqlFile.set(source, parameters);
    SqlFile.set(state, parameters);
    stageRewards(runner, state, strategy, bounds);
    stage(runner, state, operators, bounds, List.of(Stages.PAST_PROTOCOL, Stages.QUOTES, stakes));
  }

  /** What an AVS earned, and what days paid of an AVS or a strategy. */
  private static void stageRewards(
      StageRunner runner, Connection state, String subject, RebuildBounds bounds)
      throws SQLException {
    var definitions = new ArrayList<String>();
    try (var statement = state.createStatement()) {
      for (var view : REWARD_VIEWS) {
        try (var row =
            statement.executeQuery("select pg_get_viewdef('%s'::regclass)".formatted(view))) {
          row.next();
          definitions.add("create temporary view %s as %s".formatted(view, row.getString(1)));
        }
      }
      runner.stage(Stages.PAST_REWARDS, List.of(subject), bounds);
      // the regular views are bound to the regular table
      for (var definition : definitions) {
        statement.execute(definition);
      }
    }
  }

  private static void requireAtMost(int max, List<String> operators, String subject) {
    if (operators.size() > max) {
      throw new StateNotKnown(
          "%s %d operators, and asOf follows at most %d".formatted(subject, operators.size(), max));
    }
  }

  private static List<String> operators(Connection state, String select, String of)
      throws SQLException {
    return Sql.list(state, select, rows -> rows.getString(1), of);
  }

  private static void stage(
      StageRunner runner,
      Connection state,
      List<String> operators,
      RebuildBounds bounds,
      List<Stage> stages)
      throws SQLException {
    for (var stage : stages) {
      runner.stage(stage, operators, bounds);
    }
    for (var stage : stages) {
      complete(state, stage, bounds);
    }
    if (stages.getLast().hasTable("operator_current_state")) {
      try (var statement = state.createStatement()) {
        // the regular view is bound to the regular table, which the temporary table does not
        // replace
        statement.execute(
            "create temporary view operator_state as select * from pg_temp.operator_current_state");
      }
    }
  }

  /** Adds the stamps, and the columns that only another stage fills, which are null. */
  private static void complete(Connection state, Stage stage, RebuildBounds bounds)
      throws SQLException {
    try (var statement = state.createStatement()) {
      stamp(statement, stage, bounds);
      for (var table : stage.tables()) {
        addOtherColumns(statement, table.table());
      }
    }
  }

  private static void stamp(Statement statement, Stage stage, RebuildBounds bounds)
      throws SQLException {
    for (var table : stage.tables()) {
      statement.execute(
          """
          alter table pg_temp.%s
              add updated_at timestamptz not null default '%s',
              add updated_at_block bigint not null default %s
          """
              .formatted(table.table(), bounds.chainTime(), bounds.untilBlock()));
    }
  }

  private static void addOtherColumns(Statement statement, String table) throws SQLException {
    try (var rows =
        statement.executeQuery(
            """
            select
                'alter table pg_temp.%1$s '
                || string_agg(format('add %%I %%s', attname, format_type(atttypid, atttypmod)), ', ')
            from pg_attribute
            join pg_class on pg_class.oid = attrelid
            where
                relname = '%1$s'
                and relnamespace = any(current_schemas(false)::regnamespace[])
                and attnum > 0
                and not attisdropped
                and attname not in (
                    select attname from pg_attribute where attrelid = 'pg_temp.%1$s'::regclass
                )
            """
                .formatted(table))) {
      rows.next();
      var alteration = rows.getString(1);
      if (alteration != null) {
        statement.execute(alteration);
      }
    }
  }

  private static void read(DailyFigures daily, Connection state, String operator, LocalDate day)
      throws SQLException {
    var figures = new ArrayList<>(columns(state, "pg_temp." + daily.table()));
    figures.retainAll(columns(state, daily.snapshot()));
    figures.removeAll(daily.key());
    Sql.update(
        state,
        """
        update pg_temp.%s as past set (%s) = row(%s)
        from %s as taken
        where %s and taken.operator_id = ? and taken.snapshot_date = ?
        """
            .formatted(
                daily.table(),
                String.join(", ", figures),
                figures.stream().map("taken.%s"::formatted).collect(joining(", ")),
                daily.snapshot(),
                daily.key().stream()
                    .map(key -> "past.%1$s = taken.%1$s".formatted(key))
                    .collect(joining(" and "))),
        operator,
        day);
  }

  private static List<String> columns(Connection state, String table) throws SQLException {
    try (var statement = state.createStatement();
        var rows = statement.executeQuery("select * from " + table + " limit 0")) {
      var columns = new ArrayList<String>();
      for (var index = 1; index <= rows.getMetaData().getColumnCount(); index++) {
        columns.add(rows.getMetaData().getColumnName(index));
      }
      return columns;
    }
  }
}
