package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.pipeline.StageTable.RowKind;
import dev.operatoranalytics.pipeline.StageTable.RowSource;
import java.util.ArrayList;
import java.util.List;

/**
 * An ordered list of tables; each select reads the events and the tables above it.
 *
 * @param name also the name of its folder below {@code src/main/sql}
 * @param steps selects that several tables read; staged before the tables, and never written
 */
public record Stage(String name, List<SqlFile> steps, List<StageTable> tables) {

  public Stage {
    steps = List.copyOf(steps);
    tables = List.copyOf(tables);
  }

  /** The selects that decide the rows of a table: its own, and the steps that these read. */
  List<SqlFile> selects(StageTable table) {
    var selects = new ArrayList<>(table.selects());
    for (var step : steps.reversed()) {
      if (selects.stream().anyMatch(select -> select.reads().contains(step.name()))) {
        selects.add(step);
      }
    }
    return selects;
  }

  boolean hasTable(String name) {
    return tables.stream().anyMatch(table -> table.table().equals(name));
  }

  private StageTable table(String name) {
    return tables.stream()
        .filter(table -> table.table().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name));
  }

  public static StageBuilder named(String name) {
    return new StageBuilder(name);
  }

  /** Builds a stage table by table. */
  public static final class StageBuilder {
    private final String name;
    private final List<SqlFile> steps = new ArrayList<>();
    private final List<StageTable> tables = new ArrayList<>();

    private StageBuilder(String name) {
      this.name = name;
    }

    /** Adds a table whose select reads events. */
    public StageBuilder fromEvents(String table) {
      return add(table, RowSource.EVENTS);
    }

    /** Adds a table whose select reads the tables above it. */
    public StageBuilder fromState(String table) {
      return add(table, RowSource.STATE);
    }

    /** Adds tables of another stage. */
    public StageBuilder like(Stage other, String... names) {
      for (var name : names) {
        tables.add(other.table(name));
      }
      return this;
    }

    /** Adds tables of another stage without their valuation. */
    public StageBuilder unvalued(Stage other, String... names) {
      for (var name : names) {
        tables.add(other.table(name).valuedBy(null));
      }
      return this;
    }

    /** Adds a table of another stage, of whose rows this stage only updates some columns. */
    public StageBuilder valuesOf(Stage other, String table) {
      tables.add(other.table(table).valuedBy(SqlFile.load(name, table)));
      return this;
    }

    /** Adds files of the folder {@code steps} that several tables read. */
    public StageBuilder stagedSteps(String... names) {
      for (var step : names) {
        steps.add(SqlFile.load(name + "/steps", step));
      }
      return this;
    }

    /** Adds files of the folder {@code steps} to the select of the table added last. */
    public StageBuilder withSteps(String... steps) {
      var table = tables.removeLast();
      tables.add(table.withSelect(table.select().withSteps(steps)));
      return this;
    }

    /**
     * Replaces the first step of the table added last, which is one of another stage, by the step
     * of this stage with its name.
     *
     * @param others its other steps
     */
    StageBuilder withOtherStep(String step, String... others) {
      var table = tables.removeLast();
      var path = table.select().path();
      var select = SqlFile.load(path.substring(0, path.indexOf('/')), table.table());
      tables.add(
          table.withSelect(select.withSteps(others).withStep(SqlFile.load(name + "/steps", step))));
      return this;
    }

    /**
     * Adds a table of another stage whose select reads a step; here the rows of stakers without an
     * operator, by the step of this stage.
     *
     * @param others its other steps
     */
    public StageBuilder ofStakers(String stage, String table, String step, String... others) {
      var select =
          SqlFile.load(stage, table)
              .withSteps(others)
              .withStep(SqlFile.load(name + "/steps", step));
      tables.add(new StageTable(table, select, RowSource.EVENTS, null, RowKind.OF_STAKERS));
      return this;
    }

    /** Makes the table added last one of stakers without an operator. */
    public StageBuilder ofStakers() {
      tables.add(tables.removeLast().ofStakers());
      return this;
    }

    /** Adds a table of periods of days, whose select reads the tables above it. */
    public StageBuilder periodsFromState(String table) {
      tables.add(
          new StageTable(
              table, SqlFile.load(name, table), RowSource.STATE, null, RowKind.OF_PERIODS));
      return this;
    }

    /** Adds a valuation to the table added last. */
    public StageBuilder valued() {
      var table = tables.removeLast();
      tables.add(table.valuedBy(SqlFile.load("valuation", table.table())));
      return this;
    }

    public Stage build() {
      return new Stage(name, steps, tables);
    }

    private StageBuilder add(String table, RowSource source) {
      tables.add(new StageTable(table, SqlFile.load(name, table), source, null, RowKind.ALL));
      return this;
    }
  }
}
