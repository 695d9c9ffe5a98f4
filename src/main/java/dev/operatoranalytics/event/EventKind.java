package dev.operatoranalytics.event;

import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.event.EventSignature.Release;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of log, the contracts that emit it, and its table and columns.
 *
 * @param name name of the event in the contracts' code; kinds of several contracts can share it
 * @param signatures the current one first
 * @param storedIn its table; empty when the product does not need it
 * @param constants columns whose values depend on the kind alone, and these values
 * @param isOptional whether a source may lack its table
 */
public record EventKind(
    String name,
    Set<Contract> contracts,
    List<EventSignature> signatures,
    Optional<String> storedIn,
    List<EventColumn> columns,
    Map<String, String> constants,
    boolean isOptional) {

  /** Whether its logs have a table. */
  public boolean isStored() {
    return storedIn.isPresent();
  }

  /** Returns the table of its logs. */
  public String table() {
    return storedIn.orElseThrow(() -> new IllegalStateException(name + " has no table"));
  }

  public List<String> columnNames() {
    var names = new ArrayList<String>();
    columns.forEach(column -> names.add(column.name()));
    names.addAll(constants.keySet());
    return names;
  }

  /** Returns the column that names an operator; empty when its logs name none. */
  Optional<String> operatorColumn() {
    return column("operator_id").or(() -> column("delegated_to_id"));
  }

  /** Returns the column that names a staker; empty when its logs name none, or also an operator. */
  Optional<String> stakerColumn() {
    return operatorColumn().isPresent() ? Optional.empty() : column("staker_id");
  }

  /**
   * Returns the column that names an operator set; empty when its logs name none, or also an
   * operator.
   */
  Optional<String> operatorSetColumn() {
    return operatorColumn().isPresent() ? Optional.empty() : column("operator_set_id");
  }

  private Optional<String> column(String name) {
    return columns.stream().map(EventColumn::name).filter(name::equals).findFirst();
  }

  static EventKindBuilder of(String name, Contract contract, Contract... others) {
    return new EventKindBuilder(name, EnumSet.of(contract, others));
  }

  /** Declares a kind line by line. */
  static final class EventKindBuilder {
    private final String name;
    private final Set<Contract> contracts;
    private final List<EventSignature> signatures = new ArrayList<>();
    private final List<EventColumn> columns = new ArrayList<>();
    private final Map<String, String> constants = new LinkedHashMap<>();

    private EventKindBuilder(String name, Set<Contract> contracts) {
      this.name = name;
      this.contracts = contracts;
    }

    /** Sets the arguments that current contracts emit. */
    EventKindBuilder args(String arguments) {
      return argsUntil(Release.TODAY, arguments);
    }

    /** Adds the arguments that contracts emitted up to and including a release. */
    EventKindBuilder argsUntil(Release last, String arguments) {
      signatures.add(EventSignature.of(name, last, arguments));
      return this;
    }

    EventKindBuilder with(String column, EventColumn.Type type, String path, String... olderPaths) {
      var paths = new ArrayList<>(List.of(path));
      paths.addAll(List.of(olderPaths));
      columns.add(new EventColumn(column, type, List.copyOf(paths), false));
      return this;
    }

    /** Adds a column that some sources lack; null where the log lacks the value. */
    EventKindBuilder withOptional(String column, EventColumn.Type type, String path) {
      columns.add(new EventColumn(column, type, List.of(path), true));
      return this;
    }

    EventKindBuilder with(List<EventColumn> more) {
      columns.addAll(more);
      return this;
    }

    /** Adds a column for the address of the contract that emitted the log. */
    EventKindBuilder withEmitter(String column) {
      columns.add(new EventColumn(column, EventColumn.Type.ADDRESS, List.of(), false));
      return this;
    }

    EventKindBuilder as(String column, String constant) {
      constants.put(column, constant);
      return this;
    }

    EventKind into(String table) {
      return build(Optional.of(table), false);
    }

    /** Marks the table as optional, because it is newer than some sources. */
    EventKind intoOptional(String table) {
      return build(Optional.of(table), true);
    }

    EventKind withoutEffect() {
      return build(Optional.empty(), false);
    }

    private EventKind build(Optional<String> table, boolean isOptional) {
      return new EventKind(
          name,
          Set.copyOf(contracts),
          List.copyOf(signatures),
          table,
          List.copyOf(columns),
          new LinkedHashMap<>(constants),
          isOptional);
    }
  }
}
