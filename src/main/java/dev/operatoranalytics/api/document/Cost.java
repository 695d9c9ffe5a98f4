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
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many objects an answer may hold, by its document and variables, before anything is read: a
 * page as many as it asks for, another list as many as the schema says by {@code @listSize}. Fields
 * of the schema itself count like any others, and an operator of the past like the objects that
 * could be read in the time that it takes.
 */
final class Cost {
  /** Of lists of the schema itself, such as the fields of a type. */
  private static final int LIST = 10;

  /** A rebuild of one operator takes as long as some thousands of rows. */
  static final int PAST = 10_000;

  private static final Set<String> SIZES = Set.of("first", "last");
  private static final int BYTES_OF_OBJECT = 256;

  /** As the driver holds it and as a record does, for a moment both. */
  private static final int BYTES_OF_VALUE = 128;

  private static final Set<String> ROWS = Set.of("edges", "nodes");

  private final GraphQLSchema schema;
  private final Map<String, FragmentDefinition> fragments = new HashMap<>();
  private final Map<String, @Nullable Object> variables;
  private final Map<String, @Nullable Value<?>> defaults = new HashMap<>();
  private final Map<String, Charge> ofFragments = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  private Cost(
      GraphQLSchema schema,
      DocumentCache.Checked document,
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
   * What is charged for a request.
   *
   * @param objects that the answer may hold
   * @param bytes that these may take while the answer is made: their rows are read whole, whatever
   *     is selected of them
   * @param readsPast whether something is asked as of an earlier moment
   */
  record Charge(long objects, long bytes, boolean readsPast) {
    static final Charge NOTHING = new Charge(0, 0, false);
  }

  static Charge of(DocumentCache.Checked document, GraphqlRequest request, GraphQLSchema schema) {
    if (document.entry().hasErrors()) {
      return Charge.NOTHING;
    }
    var total = Charge.NOTHING;
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
      }
    }
    return total;
  }

  /**
   * Objects of a list beyond those that were charged for it, with what is selected of them.
   *
   * @param size of the list
   */
  static long beyond(
      DocumentCache.Checked document,
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
      var each = new Charge(1, 0, false);
      for (var field : list.getFields()) {
        each = plus(each, cost.of(field.getSelectionSet(), type, 1));
      }
      return times(size - charged, each.objects());
    }
    return 0;
  }

  /**
   * @param rows that the pages hold which are selected of one parent
   */
  private Charge of(@Nullable SelectionSet selections, GraphQLType type, long rows) {
    var total = Charge.NOTHING;
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
                default -> Charge.NOTHING;
              });
    }
    return total;
  }

  private Charge of(FragmentSpread spread, GraphQLType type, long rows) {
    var fragment = fragments.get(spread.getName());
    if (fragment == null || !open.add(spread.getName())) {
      return Charge.NOTHING;
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

  private Charge of(
      Field field,
      @Nullable GraphQLFieldDefinition definition,
      GraphQLFieldsContainer parent,
      long rows) {
    if (definition == null || field.getSelectionSet() == null) {
      return Charge.NOTHING;
    }
    var type = GraphQLTypeUtil.unwrapAll(definition.getType());
    if (isPage(type)) {
      return plus(one(type), of(field.getSelectionSet(), type, pageSize(field)));
    }
    var isOfPage = ROWS.contains(field.getName()) && isPage(parent);
    var count =
        isOfPage
            ? rows
            : GraphQLTypeUtil.isList(nullable(definition)) ? size(field, definition) : 1;
    var each = plus(one(type), of(field.getSelectionSet(), type, 1));
    var charge =
        new Charge(times(count, each.objects()), times(count, each.bytes()), each.readsPast());
    return argument(field, definition, AsOfExecution.AS_OF) == null
        ? charge
        : plus(charge, new Charge(PAST, 0, true));
  }

  private static boolean isPage(GraphQLType type) {
    return type instanceof GraphQLFieldsContainer page
        && page.getFieldDefinition("pageInfo") != null;
  }

  /** One object, whose record holds a value for each field of its type. */
  private static Charge one(GraphQLType type) {
    var fields =
        type instanceof GraphQLFieldsContainer container
            ? container.getFieldDefinitions().size()
            : 1;
    return new Charge(1, BYTES_OF_OBJECT + (long) fields * BYTES_OF_VALUE, false);
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
    return declared.isDaily()
        ? Math.min(declared.assumed(), days(field, definition, declared.assumed()))
        : declared.assumed();
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
    // one item stands for a list of it
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

  /** What an argument is given, or its default; null for none and for null. */
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

  /** A variable without a value leaves its argument out. */
  private boolean isLeftOut(Value<?> value) {
    return value instanceof VariableReference reference
        && !variables.containsKey(reference.getName())
        && defaults.get(reference.getName()) == null;
  }

  /** A literal, or what a variable holds. */
  private @Nullable Object value(@Nullable Value<?> value) {
    if (value instanceof VariableReference reference) {
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

  private static Charge plus(Charge one, Charge other) {
    return new Charge(
        plus(one.objects(), other.objects()),
        plus(one.bytes(), other.bytes()),
        one.readsPast() || other.readsPast());
  }

  private static long plus(long one, long other) {
    var sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static long times(long one, long other) {
    return Math.multiplyHigh(one, other) != 0 || one * other < 0 ? Long.MAX_VALUE : one * other;
  }
}
