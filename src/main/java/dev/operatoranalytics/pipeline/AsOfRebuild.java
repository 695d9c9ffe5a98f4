package dev.operatoranalytics.pipeline;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.LongTransaction;
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
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds one operator, or the rewards of one earner, as of an earlier moment. The stages fill
 * temporary tables that hide the state tables until they are dropped; state tables are not written.
 */
@Singleton
public class AsOfRebuild {
  private static final SqlFile MOMENT =
      SqlFile.load("extraction", "moment").withSteps("timed_blocks");
  private static final int MAX_OPERATORS = 10;
  private static final List<Stage> STAGES =
      List.of(Stages.PAST_PROTOCOL, Stages.QUOTES, Stages.REBUILD);

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

  /**
   * Rebuilds an operator as of the end of a block, with the quotes of that time.
   *
   * @param state a connection whose transaction allows temporary tables
   * @throws StateNotKnown when the block is later than the state
   */
  public void asOfBlock(Connection state, String operator, long block) throws SQLException {
    at(state, source -> bounds(state, source, block), AsOfRebuild::stage, operator);
  }

  /** Rebuilds an operator as of an instant, with the quotes of that time. */
  public void asOfTime(Connection state, String operator, Instant time) throws SQLException {
    at(state, source -> bounds(state, source, time), AsOfRebuild::stage, operator);
  }

  /**
   * Rebuilds an operator as of the end of a UTC day, with the prices of that day. When the snapshot
   * of the day is done, its figures of state, strategies and allocations replace the rebuilt ones.
   */
  public void asOfEndOf(Connection state, String operator, LocalDate day) throws SQLException {
    at(state, source -> bounds(state, source, day), AsOfRebuild::stage, operator);
    if (Partitions.SNAPSHOT.done(state, day) != null) {
      for (var daily : DAILY_FIGURES) {
        read(daily, state, operator, day);
      }
    }
  }

  /** Rebuilds a staker and all operators that it ever had as of the end of a block. */
  public void stakerAsOfBlock(Connection state, String staker, long block) throws SQLException {
    at(state, source -> bounds(state, source, block), AsOfRebuild::stageStaker, staker);
  }

  /** Rebuilds a staker and all operators that it ever had as of an instant. */
  public void stakerAsOfTime(Connection state, String staker, Instant time) throws SQLException {
    at(state, source -> bounds(state, source, time), AsOfRebuild::stageStaker, staker);
  }

  /** Rebuilds a staker and all operators that it ever had as of the end of a UTC day. */
  public void stakerAsOfEndOf(Connection state, String staker, LocalDate day) throws SQLException {
    at(state, source -> bounds(state, source, day), AsOfRebuild::stageStaker, staker);
  }

  /** Stages what an earner had earned and claimed at the end of a block. */
  public void rewardsAsOfBlock(Connection state, String earner, long block) throws SQLException {
    at(state, source -> bounds(state, source, block), AsOfRebuild::stageEarner, earner);
  }

  /** Stages what an earner had earned and claimed at an instant. */
  public void rewardsAsOfTime(Connection state, String earner, Instant time) throws SQLException {
    at(state, source -> bounds(state, source, time), AsOfRebuild::stageEarner, earner);
  }

  /** Stages what an earner had earned and claimed at the end of a UTC day. */
  public void rewardsAsOfEndOf(Connection state, String earner, LocalDate day) throws SQLException {
    at(state, source -> bounds(state, source, day), AsOfRebuild::stageEarner, earner);
  }

  private interface BoundsReader {
    RebuildBounds read(Connection source) throws SQLException;
  }

  private interface PastTables {
    void stage(Connection source, Connection state, String key, RebuildBounds bounds)
        throws SQLException;
  }

  private void at(Connection state, BoundsReader bounds, PastTables tables, String key)
      throws SQLException {
    try (var source = snapshot()) {
      tables.stage(source, state, key, bounds.read(source));
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

  private static void stageEarner(
      Connection source, Connection state, String earner, RebuildBounds bounds)
      throws SQLException {
    new StageRunner(source, state).stage(Stages.PAST_EARNER, List.of(earner), bounds);
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
    try (var statement = source.createStatement();
        var row = statement.executeQuery(MOMENT.on(source).statement())) {
      row.next();
      return new Sides(
          point(row.getObject(1, Long.class), row.getObject(2, Long.class)),
          point(row.getObject(3, Long.class), row.getObject(4, Long.class)));
    }
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

  private static void stageStaker(
      Connection source, Connection state, String staker, RebuildBounds bounds)
      throws SQLException {
    var operators = operatorsOf(state, staker);
    if (operators.size() > MAX_OPERATORS) {
      throw new StateNotKnown(
          "the staker had %d operators, and asOf follows at most %d"
              .formatted(operators.size(), MAX_OPERATORS));
    }
    stage(source, state, operators, bounds);
    new StageRunner(source, state).stageStakers(List.of(staker), bounds);
    try (var statement = state.createStatement()) {
      stamp(statement, Stages.STAKERS, bounds);
    }
  }

  private static List<String> operatorsOf(Connection state, String staker) throws SQLException {
    try (var statement =
        state.prepareStatement("select operator_id from operator_delegators where staker_id = ?")) {
      statement.setString(1, staker);
      var operators = new ArrayList<String>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          operators.add(rows.getString(1));
        }
      }
      return operators;
    }
  }

  private static void stage(
      Connection source, Connection state, String operator, RebuildBounds bounds)
      throws SQLException {
    stage(source, state, List.of(operator), bounds);
  }

  private static void stage(
      Connection source, Connection state, List<String> operators, RebuildBounds bounds)
      throws SQLException {
    var runner = new StageRunner(source, state);
    for (var stage : STAGES) {
      runner.stage(stage, operators, bounds);
    }
    try (var statement = state.createStatement()) {
      for (var stage : STAGES) {
        stamp(statement, stage, bounds);
      }
      for (var table : Stages.FIGURES.tables()) {
        addOtherColumns(statement, table.table());
      }
      statement.execute(
          "create temporary table state_block as select %s::bigint as block"
              .formatted(bounds.untilBlock()));
      runner.stage(Stages.PAST_OPERATOR_REWARDS, operators, bounds);
      // the regular view is bound to the regular table, which the temporary table does not replace
      statement.execute(
          "create temporary view operator_state as select * from pg_temp.operator_current_state");
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

  /** Adds the columns that only another stage fills; they are null as of an earlier moment. */
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
    try (var statement =
        state.prepareStatement(
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
                        .collect(joining(" and "))))) {
      statement.setString(1, operator);
      statement.setObject(2, day);
      statement.executeUpdate();
    }
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
