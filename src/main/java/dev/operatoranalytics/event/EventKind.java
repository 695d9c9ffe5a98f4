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
 * A kind of log, the contracts that emit it, and the table and columns that it fills.
 *
 * @param name of the event in the contracts' code; kinds of several contracts can share it
 * @param signatures today's first
 * @param storedIn its table; empty when it says nothing that matters here
 * @param constants columns that the kind itself decides, and their values
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

  /** Where its logs are stored. */
  public String table() {
    return storedIn.orElseThrow(() -> new IllegalStateException(name + " has no table"));
  }

  public List<String> columnNames() {
    var names = new ArrayList<String>();
    columns.forEach(column -> names.add(column.name()));
    names.addAll(constants.keySet());
    return names;
  }

  /** The column that names an operator; empty when its logs name none. */
  Optional<String> operatorColumn() {
    return column("operator_id").or(() -> column("delegated_to_id"));
  }

  /** The column that names a staker; empty when its logs name none, or an operator too. */
  Optional<String> stakerColumn() {
    return operatorColumn().isPresent() ? Optional.empty() : column("staker_id");
  }

  /** The column that names an operator set; empty when its logs name none, or an operator too. */
  Optional<String> operatorSetColumn() {
    return operatorColumn().isPresent() ? Optional.empty() : column("operator_set_id");
  }

  private Optional<String> column(String name) {
    return columns.stream().map(EventColumn::name).filter(name::equals).findFirst();
  }

  static Builder of(String name, Contract contract, Contract... others) {
    return new Builder(name, EnumSet.of(contract, others));
  }

  /** Declares a kind line by line. */
  static final class Builder {
    private final String name;
    private final Set<Contract> contracts;
    private final List<EventSignature> signatures = new ArrayList<>();
    private final List<EventColumn> columns = new ArrayList<>();
    private final Map<String, String> constants = new LinkedHashMap<>();

    private Builder(String name, Set<Contract> contracts) {
      this.name = name;
      this.contracts = contracts;
    }

    /** The arguments that today's contracts emit. */
    Builder args(String arguments) {
      return argsUntil(Release.TODAY, arguments);
    }

    /** The arguments that contracts emitted until a release, that one included. */
    Builder argsUntil(Release last, String arguments) {
      signatures.add(EventSignature.of(name, last, arguments));
      return this;
    }

    Builder with(String column, EventColumn.Type type, String path, String... olderPaths) {
      var paths = new ArrayList<>(List.of(path));
      paths.addAll(List.of(olderPaths));
      columns.add(new EventColumn(column, type, List.copyOf(paths)));
      return this;
    }

    /** A column for the address of the contract that emitted the log. */
    Builder withEmitter(String column) {
      columns.add(new EventColumn(column, EventColumn.Type.ADDRESS, List.of()));
      return this;
    }

    Builder as(String column, String constant) {
      constants.put(column, constant);
      return this;
    }

    EventKind into(String table) {
      return build(Optional.of(table), false);
    }

    /** A table that came later than others have sources. */
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
