package dev.operatoranalytics.pipeline;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.MDC;

/**
 * Brings the tables of a stage up to date with their selects. A second run finds nothing to do.
 *
 * <p>Works on open transactions: {@code events} is a snapshot of the source; the caller commits
 * {@code state}.
 */
public final class StageRunner {
  private static final String VALUES = "staged_values";

  private final Connection events;
  private final Connection state;
  private final Staging staging;
  private final TableWriter writer;
  private final Consumer<RunPhase> phases;

  public StageRunner(Connection events, Connection state) {
    this(events, state, phase -> {});
  }

  /**
   * @param phases receives each phase
   */
  StageRunner(Connection events, Connection state, Consumer<RunPhase> phases) {
    this.events = events;
    this.state = state;
    this.staging = new Staging(events, state);
    this.writer = new TableWriter(state, phases);
    this.phases = phases;
  }

  /**
   * The changes of one table, and the time they took.
   *
   * @param operators operators whose rows changed
   */
  public record StageStep(
      String stage, String table, RowCounts rows, Set<String> operators, double seconds) {}

  /** Ranks the operators and stores their figures; these are no change of an operator's own. */
  public List<StageStep> rank(RebuildBounds bounds) throws SQLException {
    Stages.holdRanks(state);
    var steps = new ArrayList<>(run(Stages.RANKS, List.of(), bounds));
    for (var step : value(Stages.FIGURES, List.of(), bounds)) {
      steps.add(new StageStep(step.stage(), step.table(), step.rows(), Set.of(), step.seconds()));
    }
    return steps;
  }

  /** Stages all tables for later statements of the transaction; writes no state table. */
  public void stage(Stage stage, Collection<String> operators, RebuildBounds bounds)
      throws SQLException {
    set(operators, bounds);
    stageSteps(stage);
    for (var table : stage.tables()) {
      at(table.table(), table.select(), () -> staging.stage(table));
    }
  }

  /** Stages what stakers hold for later statements of the transaction; writes no state table. */
  void stageStakers(Collection<String> stakers, RebuildBounds bounds) throws SQLException {
    var parameters = Map.of("stakers", SqlFile.list(stakers));
    SqlFile.set(events, parameters);
    SqlFile.set(state, parameters);
    stage(Stages.STAKERS, List.of(Stages.NO_OPERATOR), bounds);
  }

  /** Writes all rows of the operators; stages every table before it writes the first. */
  public List<StageStep> run(Stage stage, Collection<String> operators, RebuildBounds bounds)
      throws SQLException {
    set(operators, bounds);
    stageSteps(stage);
    var targets = new ArrayList<Target>();
    var seconds = new HashMap<String, Double>();
    for (var table : stage.tables()) {
      var start = System.nanoTime();
      targets.add(at(table.table(), table.select(), () -> staging.stage(table)));
      seconds.put(table.table(), since(start));
    }
    for (var step : stage.steps()) {
      staging.drop(step.name());
    }
    phases.accept(RunPhase.STAGED);
    var steps = new ArrayList<StageStep>();
    for (var target : targets) {
      var start = System.nanoTime();
      var written = write(target, bounds);
      staging.drop(target.name());
      steps.add(
          new StageStep(
              stage.name(),
              target.name(),
              written.rows(),
              written.operators(),
              seconds.getOrDefault(target.name(), 0.0) + since(start)));
    }
    return steps;
  }

  /** Writes all rows of the stakers, also those that they have without an operator. */
  public List<StageStep> runStakers(Collection<String> stakers, RebuildBounds bounds)
      throws SQLException {
    var parameters = Map.of("stakers", SqlFile.list(stakers));
    SqlFile.set(events, parameters);
    SqlFile.set(state, parameters);
    var noOperator = List.of(Stages.NO_OPERATOR);
    var steps = new ArrayList<>(run(Stages.WITHOUT_OPERATOR, noOperator, bounds));
    steps.addAll(run(Stages.STAKERS, noOperator, bounds));
    return steps;
  }

  /** Updates only the valuations of existing rows. */
  public List<StageStep> value(Stage stage, Collection<String> operators, RebuildBounds bounds)
      throws SQLException {
    set(operators, bounds);
    var steps = new ArrayList<StageStep>();
    for (var table : stage.tables()) {
      var valuation = table.valuation();
      if (valuation == null) {
        continue;
      }
      var start = System.nanoTime();
      var written =
          at(
              table.table(),
              valuation,
              () -> writer.writeValues(staging.stageValues(table, valuation, VALUES), VALUES));
      staging.drop(VALUES);
      steps.add(
          new StageStep(
              "valuation", table.table(), written.rows(), written.operators(), since(start)));
    }
    return steps;
  }

  private void stageSteps(Stage stage) throws SQLException {
    for (var step : stage.steps()) {
      at(
          step.name(),
          step,
          () -> {
            staging.stage(step);
            return step;
          });
    }
  }

  private TableWriter.WrittenTable write(Target target, RebuildBounds bounds) throws SQLException {
    try (var _ = MDC.putCloseable("asset", target.name())) {
      return writer.write(target, bounds);
    }
  }

  private void set(Collection<String> operators, RebuildBounds bounds) throws SQLException {
    var parameters = bounds.parameters();
    parameters.put("operators", SqlFile.list(operators));
    SqlFile.set(events, parameters);
    SqlFile.set(state, parameters);
  }

  private interface SqlTask<T> {
    T run() throws SQLException;
  }

  private static <T> T at(String asset, SqlFile select, SqlTask<T> task) throws SQLException {
    try (var _ = MDC.putCloseable("asset", asset)) {
      return task.run();
    } catch (SQLException e) {
      throw new SQLException("%s: %s".formatted(select.path(), e.getMessage()), e.getSQLState(), e);
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
