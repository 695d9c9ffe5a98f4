package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.PageArguments;
import graphql.execution.MergedField;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.NullValue;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the max objects of a response from its document and variables, before execution. A page
 * counts its requested size, another list its {@code @listSize}, a filter the names in it.
 * Introspection counts like other fields. A field with {@code asOf} or {@code @staged} counts the
 * objects that could be read in the time of a rebuild.
 */
final class Cost {
  /** Assumed size of introspection lists, such as the fields of a type. */
  private static final int LIST = 10;

  /** A rebuild of one operator takes as long as reading some thousands of rows. */
  static final int PAST = 10_000;

  private static final Set<String> SIZES = Set.of("first", "last");
  private static final int BYTES_OF_OBJECT = 256;

  /** A value is held twice for a moment: by the driver and by a record. */
  private static final int BYTES_OF_VALUE = 128;

  private static final Set<String> ROWS = Set.of("edges", "nodes");
  private static final Set<String> AGGREGATES = Set.of("aggregate", "groups");

  /**
   * An aggregate reads all rows of its list, which takes as long as reading some hundred objects.
   */
  private static final int AGGREGATION = 200;

  private final GraphQLSchema schema;
  private final Map<String, FragmentDefinition> fragments = new HashMap<>();
  private final Map<String, @Nullable Object> variables;
  private final Map<String, @Nullable Value<?>> defaults = new HashMap<>();
  private final Map<String, CostEstimate> ofFragments = new HashMap<>();
  private final Set<String> variablesRead = new HashSet<>();
  private final Set<String> open = new HashSet<>();

  private Cost(
      GraphQLSchema schema,
      DocumentCache.ValidatedDocument document,
      OperationDefinition operation,
      Map<String, @Nullable Object> variables) {
    this.schema = schema;
    this.variables = variables;
    for (VariableDefinition variable : operation.getVariableDefinitions()) {
      defaults.put(variable.getName(), variable.getDefaultValue());
    }
    for (var fragment : document.definitions(FragmentDefinition.class)) {
      fragments.put(fragment.getName(), fragment);
    }
  }

  /**
   * The estimated cost of a request.
   *
   * @param objects max objects of the response
   * @param bytes max memory of these objects during execution: rows are read with all columns
   * @param usesAsOf whether a field has {@code asOf} or is {@code @staged}
   */
  record CostEstimate(long objects, long bytes, boolean usesAsOf) {
    static final CostEstimate ZERO = new CostEstimate(0, 0, false);
  }

  /** The estimates of one document: one for each operation and values of its variables. */
  static final class Estimates {
    private static final int MAX_KNOWN = 16;
    private final List<Known> known = new CopyOnWriteArrayList<>();

    /**
     * @param variables those that the estimate depends on, with their values when they have one
     */
    private record Known(
        @Nullable String operation,
        Set<String> names,
        Map<String, @Nullable Object> variables,
        CostEstimate estimate) {
      private boolean fits(GraphqlRequest request) {
        return Objects.equals(operation, request.operationName())
            && variables.equals(part(names, request.variables()));
      }
    }

    private static Map<String, @Nullable Object> part(
        Set<String> names, Map<String, @Nullable Object> variables) {
      var part = new HashMap<String, @Nullable Object>();
      for (var name : names) {
        if (variables.containsKey(name)) {
          part.put(name, variables.get(name));
        }
      }
      return part;
    }

    private @Nullable CostEstimate find(GraphqlRequest request) {
      for (var each : known) {
        if (each.fits(request)) {
          return each.estimate();
        }
      }
      return null;
    }

    private void add(GraphqlRequest request, Set<String> names, CostEstimate estimate) {
      if (known.size() >= MAX_KNOWN) {
        known.removeFirst();
      }
      known.add(
          new Known(request.operationName(), names, part(names, request.variables()), estimate));
    }
  }

  /** The estimate of a request, which is computed once for the same values of variables. */
  static CostEstimate of(
      DocumentCache.ValidatedDocument document, GraphqlRequest request, GraphQLSchema schema) {
    if (document.entry().hasErrors()) {
      return CostEstimate.ZERO;
    }
    var known = document.costs().find(request);
    return known == null ? estimate(document, request, schema) : known;
  }

  private static CostEstimate estimate(
      DocumentCache.ValidatedDocument document, GraphqlRequest request, GraphQLSchema schema) {
    var total = CostEstimate.ZERO;
    var names = new HashSet<String>();
    for (var operation : document.definitions(OperationDefinition.class)) {
      var name = request.operationName();
      if (name == null || name.isEmpty() || name.equals(operation.getName())) {
        var root =
            switch (operation.getOperation()) {
              case QUERY -> schema.getQueryType();
              case MUTATION -> schema.getMutationType();
              case SUBSCRIPTION -> schema.getSubscriptionType();
            };
        var cost = new Cost(schema, document, operation, request.variables());
        total = plus(total, cost.of(operation.getSelectionSet(), Objects.requireNonNull(root), 1));
        names.addAll(cost.variablesRead);
      }
    }
    document.costs().add(request, names, total);
    return total;
  }

  /**
   * Objects of a list, with their selections, beyond those that were charged.
   *
   * @param size of the list
   */
  static long beyondCharged(
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      GraphQLSchema schema,
      MergedField list,
      GraphQLFieldDefinition definition,
      int size) {
    for (var operation : document.definitions(OperationDefinition.class)) {
      var cost = new Cost(schema, document, operation, request.variables());
      var charged = cost.size(list.getSingleField(), definition);
      if (size <= charged) {
        return 0;
      }
      var type = GraphQLTypeUtil.unwrapAll(definition.getType());
      var each = new CostEstimate(1, 0, false);
      for (var field : list.getFields()) {
        each = plus(each, cost.of(field.getSelectionSet(), type, 1));
      }
      return times(size - charged, each.objects());
    }
    return 0;
  }

  /**
   * @param rows of the selected pages of one parent
   */
  private CostEstimate of(@Nullable SelectionSet selections, GraphQLType type, long rows) {
    var total = CostEstimate.ZERO;
    if (selections == null) {
      return total;
    }
    for (Selection<?> selection : selections.getSelections()) {
      total =
          plus(
              total,
              switch (selection) {
                case Field field when type instanceof GraphQLFieldsContainer parent ->
                    of(field, parent.getFieldDefinition(field.getName()), parent, rows);
                case InlineFragment fragment ->
                    of(
                        fragment.getSelectionSet(),
                        fragment.getTypeCondition() == null
                            ? type
                            : type(fragment.getTypeCondition().getName(), type),
                        rows);
                case FragmentSpread spread -> of(spread, type, rows);
                default -> CostEstimate.ZERO;
              });
    }
    return total;
  }

  private CostEstimate of(FragmentSpread spread, GraphQLType type, long rows) {
    var fragment = fragments.get(spread.getName());
    if (fragment == null || !open.add(spread.getName())) {
      return CostEstimate.ZERO;
    }
    try {
      var known = ofFragments.get(spread.getName() + " " + rows);
      var cost =
          known == null
              ? of(
                  fragment.getSelectionSet(),
                  type(fragment.getTypeCondition().getName(), type),
                  rows)
              : known;
      ofFragments.put(spread.getName() + " " + rows, cost);
      return cost;
    } finally {
      open.remove(spread.getName());
    }
  }

  private CostEstimate of(
      Field field,
      @Nullable GraphQLFieldDefinition definition,
      GraphQLFieldsContainer parent,
      long rows) {
    if (definition == null || field.getSelectionSet() == null) {
      return CostEstimate.ZERO;
    }
    var type = GraphQLTypeUtil.unwrapAll(definition.getType());
    var filter = new CostEstimate(names(argument(field, definition, "where")), 0, false);
    if (isPage(type)) {
      return plus(filter, plus(one(type), of(field.getSelectionSet(), type, pageSize(field))));
    }
    var isOfPage = ROWS.contains(field.getName()) && isPage(parent);
    var count =
        isOfPage
            ? rows
            : GraphQLTypeUtil.isList(nullable(definition)) || ListSize.of(definition) != null
                ? size(field, definition)
                : 1;
    var each = plus(one(type), of(field.getSelectionSet(), type, 1));
    var read = AGGREGATES.contains(field.getName()) && isPage(parent) ? AGGREGATION : 0;
    var charge =
        new CostEstimate(
            plus(times(count, each.objects()), read), times(count, each.bytes()), each.usesAsOf());
    return plus(
        filter,
        argument(field, definition, AsOfExecution.AS_OF) == null && !Staged.isStaged(definition)
            ? charge
            : plus(charge, new CostEstimate(PAST, 0, true)));
  }

  /** Names in a filter: each makes PostgreSQL plan and compute a condition. */
  private long names(@Nullable Object filter) {
    return switch (filter) {
      case ObjectValue object ->
          object.getObjectFields().stream()
              .mapToLong(part -> 1 + names(value(part.getValue())))
              .sum();
      case ArrayValue list -> list.getValues().stream().mapToLong(each -> names(value(each))).sum();
      case Map<?, ?> object -> object.values().stream().mapToLong(each -> 1 + names(each)).sum();
      case Collection<?> list -> list.stream().mapToLong(this::names).sum();
      case null, default -> 0;
    };
  }

  private static boolean isPage(GraphQLType type) {
    return type instanceof GraphQLFieldsContainer page
        && page.getFieldDefinition("pageInfo") != null;
  }

  /** One object, with a value for each field of its type. */
  private static CostEstimate one(GraphQLType type) {
    var fields =
        type instanceof GraphQLFieldsContainer container
            ? container.getFieldDefinitions().size()
            : 1;
    return new CostEstimate(1, BYTES_OF_OBJECT + (long) fields * BYTES_OF_VALUE, false);
  }

  private static GraphQLType nullable(GraphQLFieldDefinition definition) {
    return GraphQLTypeUtil.unwrapNonNull(definition.getType());
  }

  private long pageSize(Field field) {
    for (Argument argument : field.getArguments()) {
      if (SIZES.contains(argument.getName())) {
        var size = number(value(argument.getValue()));
        if (size != null) {
          return size;
        }
      }
    }
    return PageArguments.DEFAULT_SIZE;
  }

  private long size(Field field, GraphQLFieldDefinition definition) {
    var declared = ListSize.of(definition);
    if (declared == null) {
      return LIST;
    }
    if (declared.by() != null) {
      return asked(field, definition, declared.by(), declared.assumed());
    }
    if (!declared.isDaily()) {
      return declared.assumed();
    }
    if (definition.getArgument("strategy") != null
        && argument(field, definition, "strategy") == null) {
      // several rows for each day
      return declared.assumed();
    }
    var points = number(argument(field, definition, "maxPoints"));
    var days = Math.min(declared.assumed(), days(field, definition, declared.assumed()));
    return points == null ? days : Math.min(points, days);
  }

  private long asked(Field field, GraphQLFieldDefinition definition, String name, long otherwise) {
    var value = argument(field, definition, name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof ArrayValue list) {
      return list.getValues().size();
    }
    if (value instanceof Collection<?> list) {
      return list.size();
    }
    // GraphQL accepts one item as a list
    var number = isListArgument(definition, name) ? Long.valueOf(1) : number(value);
    return number == null ? otherwise : number;
  }

  private static boolean isListArgument(GraphQLFieldDefinition definition, String name) {
    return GraphQLTypeUtil.isList(
        GraphQLTypeUtil.unwrapNonNull(definition.getArgument(name).getType()));
  }

  private long days(Field field, GraphQLFieldDefinition definition, long otherwise) {
    var from = day(argument(field, definition, "from"));
    var to = day(argument(field, definition, "to"));
    return from == null || to == null || to.isBefore(from)
        ? otherwise
        : ChronoUnit.DAYS.between(from, to) + 1;
  }

  private static @Nullable LocalDate day(@Nullable Object value) {
    var text = value instanceof StringValue literal ? literal.getValue() : value;
    try {
      return text instanceof String day ? LocalDate.parse(day) : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static @Nullable Long number(@Nullable Object value) {
    return switch (value) {
      case IntValue literal -> Math.max(0, saturated(literal.getValue()));
      case Number number -> Math.max(0, number.longValue());
      case null, default -> null;
    };
  }

  private static long saturated(BigInteger value) {
    return value.bitLength() > 62 ? value.signum() * (Long.MAX_VALUE >> 1) : value.longValue();
  }

  /** The value of an argument or its default; null for none and for null. */
  private @Nullable Object argument(Field field, GraphQLFieldDefinition definition, String name) {
    for (Argument argument : field.getArguments()) {
      if (argument.getName().equals(name) && !isLeftOut(argument.getValue())) {
        var value = value(argument.getValue());
        return value instanceof NullValue ? null : value;
      }
    }
    var argument = definition.getArgument(name);
    return argument == null ? null : argument.getArgumentDefaultValue().getValue();
  }

  /** An argument with a variable without value is omitted. */
  private boolean isLeftOut(Value<?> value) {
    if (value instanceof VariableReference reference) {
      variablesRead.add(reference.getName());
    }
    return value instanceof VariableReference reference
        && !variables.containsKey(reference.getName())
        && defaults.get(reference.getName()) == null;
  }

  /** A literal, or the value of a variable. */
  private @Nullable Object value(@Nullable Value<?> value) {
    if (value instanceof VariableReference reference) {
      variablesRead.add(reference.getName());
      return variables.containsKey(reference.getName())
          ? variables.get(reference.getName())
          : defaults.get(reference.getName());
    }
    return value;
  }

  private GraphQLType type(String name, GraphQLType otherwise) {
    var type = schema.getType(name);
    return type == null ? otherwise : type;
  }

  private static CostEstimate plus(CostEstimate one, CostEstimate other) {
    return new CostEstimate(
        plus(one.objects(), other.objects()),
        plus(one.bytes(), other.bytes()),
        one.usesAsOf() || other.usesAsOf());
  }

  private static long plus(long one, long other) {
    var sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static long times(long one, long other) {
    return Math.multiplyHigh(one, other) != 0 || one * other < 0 ? Long.MAX_VALUE : one * other;
  }
}
