package dev.operatoranalytics.api.graphql;

import dev.operatoranalytics.api.query.PageArguments;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many objects an answer may hold, as its document and variables let expect before anything is
 * read: a page as many as it asks for, a list as many as its arguments name or the schema says by
 * {@code @listSize}. Fields of the schema itself count like any others.
 */
final class Cost {
  private static final int LIST = 10;
  private static final Set<String> SIZES = Set.of("first", "last", "maxBuckets");
  private static final Set<String> ROWS = Set.of("edges", "nodes");

  private final GraphQLSchema schema;
  private final Map<String, FragmentDefinition> fragments = new HashMap<>();
  private final Map<String, @Nullable Object> variables;
  private final Map<String, @Nullable Value<?>> defaults = new HashMap<>();
  private final Map<String, Long> ofFragments = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  private Cost(
      GraphQLSchema schema,
      Documents.Checked document,
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

  static long of(Documents.Checked document, GraphqlRequest request, GraphQLSchema schema) {
    if (document.entry().hasErrors()) {
      return 0;
    }
    var total = 0L;
    for (var operation : document.definitions(OperationDefinition.class)) {
      var name = request.operationName();
      if (name == null || name.isEmpty() || name.equals(operation.getName())) {
        var root =
            switch (operation.getOperation()) {
              case QUERY -> schema.getQueryType();
              case MUTATION -> schema.getMutationType();
              case SUBSCRIPTION -> schema.getSubscriptionType();
            };
        total =
            plus(
                total,
                new Cost(schema, document, operation, request.variables())
                    .of(operation.getSelectionSet(), Objects.requireNonNull(root), 1));
      }
    }
    return total;
  }

  /**
   * @param rows that the pages hold which are selected of one parent
   */
  private long of(@Nullable SelectionSet selections, GraphQLType type, long rows) {
    var total = 0L;
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
                default -> 0;
              });
    }
    return total;
  }

  private long of(FragmentSpread spread, GraphQLType type, long rows) {
    var fragment = fragments.get(spread.getName());
    if (fragment == null || !open.add(spread.getName())) {
      return 0;
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

  private long of(
      Field field,
      @Nullable GraphQLFieldDefinition definition,
      GraphQLFieldsContainer parent,
      long rows) {
    if (definition == null || field.getSelectionSet() == null) {
      return 0;
    }
    var type = GraphQLTypeUtil.unwrapAll(definition.getType());
    if (definition.getArgument("first") != null
        && type instanceof GraphQLFieldsContainer page
        && page.getFieldDefinition("pageInfo") != null) {
      return plus(1, of(field.getSelectionSet(), type, pageSize(field)));
    }
    var isOfPage = ROWS.contains(field.getName()) && parent.getFieldDefinition("pageInfo") != null;
    var count =
        isOfPage
            ? rows
            : GraphQLTypeUtil.isList(nullable(definition)) ? size(field, definition) : 1;
    return times(count, plus(1, of(field.getSelectionSet(), type, 1)));
  }

  private static GraphQLType nullable(GraphQLFieldDefinition definition) {
    return GraphQLTypeUtil.unwrapNonNull(definition.getType());
  }

  private long pageSize(Field field) {
    var size = asked(field);
    return size == null ? PageArguments.DEFAULT_SIZE : size;
  }

  private long size(Field field, GraphQLFieldDefinition definition) {
    var asked = asked(field);
    if (asked != null) {
      return asked;
    }
    for (Argument argument : field.getArguments()) {
      var named = value(argument.getValue());
      if (named instanceof ArrayValue list) {
        return list.getValues().size();
      }
      if (named instanceof Collection<?> list) {
        return list.size();
      }
    }
    var declared = definition.getAppliedDirective("listSize");
    var assumed = declared == null ? null : declared.getArgument("assumed");
    return assumed == null ? LIST : Objects.requireNonNull(assumed.<Integer>getValue());
  }

  private @Nullable Long asked(Field field) {
    for (Argument argument : field.getArguments()) {
      if (SIZES.contains(argument.getName())) {
        switch (value(argument.getValue())) {
          case IntValue literal -> {
            return Math.max(0, literal.getValue().longValue());
          }
          case Number number -> {
            return Math.max(0, number.longValue());
          }
          case null, default -> {}
        }
      }
    }
    return null;
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

  private static long plus(long one, long other) {
    var sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static long times(long one, long other) {
    return Math.multiplyHigh(one, other) != 0 || one * other < 0 ? Long.MAX_VALUE : one * other;
  }
}
