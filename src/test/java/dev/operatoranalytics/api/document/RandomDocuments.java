package dev.operatoranalytics.api.document;

import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.GraphQLUnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;

/** Generates valid documents for a schema, the same ones for the same seed. */
final class RandomDocuments {
  private final GraphqlSchema schema;
  private final Map<String, List<String>> arguments;
  private final Random random;
  private final List<String> fragments = new ArrayList<>();
  private int names;

  /**
   * @param arguments possible values of required arguments of the query's fields
   */
  RandomDocuments(GraphqlSchema schema, Map<String, List<String>> arguments, long seed) {
    this.schema = schema;
    this.arguments = arguments;
    this.random = new Random(seed);
  }

  String next() {
    fragments.clear();
    names = 0;
    var selections = selections(schema.executable().getQueryType(), 0);
    return "query Q($yes: Boolean! = true, $no: Boolean! = false) {\n"
        + selections
        + "  used: __typename @include(if: $yes) @skip(if: $no)\n}\n"
        + String.join("\n", fragments);
  }

  private String selections(GraphQLObjectType type, int depth) {
    var chosen = new StringBuilder();
    if (random.nextInt(4) == 0) {
      chosen.append(indent(depth)).append("__typename\n");
    }
    var possible =
        type.getFieldDefinitions().stream()
            .filter(field -> depth > 0 || arguments.containsKey(field.getName()))
            .filter(field -> depth < 6 || GraphQLTypeUtil.isLeaf(unwrapped(field)))
            .filter(
                field ->
                    !schema
                        .timeDependent()
                        .contains(FieldCoordinates.coordinates(type.getName(), field.getName())))
            .collect(Collectors.toCollection(ArrayList::new));
    java.util.Collections.shuffle(possible, random);
    var many = depth == 0 ? 1 + random.nextInt(2) : 1 + random.nextInt(6);
    for (var field : possible.subList(0, Math.min(many, possible.size()))) {
      chosen.append(field(type, field, depth));
    }
    return chosen.isEmpty() ? indent(depth) + "__typename\n" : chosen.toString();
  }

  private String field(GraphQLObjectType parent, GraphQLFieldDefinition field, int depth) {
    var alias = random.nextInt(4) == 0 ? "a" + ++names + ": " : "";
    var directive =
        switch (random.nextInt(12)) {
          case 0 -> " @include(if: $yes)";
          case 1 -> " @skip(if: $yes)";
          case 2 -> " @include(if: $no)";
          case 3 -> " @skip(if: $no)";
          default -> "";
        };
    // a repeated field must have the same arguments
    var name = alias.isEmpty() && !field.getArguments().isEmpty() ? "a" + ++names + ": " : alias;
    var text =
        indent(depth) + name + field.getName() + arguments(field) + directive + inner(field, depth);
    return switch (random.nextInt(8)) {
      case 0 ->
          "%s... on %s {\n%s%s}\n".formatted(indent(depth), parent.getName(), text, indent(depth));
      case 1 -> {
        var fragment = "F" + ++names;
        fragments.add("fragment %s on %s {\n%s}".formatted(fragment, parent.getName(), text));
        yield indent(depth) + "..." + fragment + "\n";
      }
      default -> text;
    };
  }

  private String inner(GraphQLFieldDefinition field, int depth) {
    return switch (unwrapped(field)) {
      case GraphQLObjectType object ->
          " {\n" + selections(object, depth + 1) + indent(depth) + "}\n";
      case GraphQLInterfaceType shared ->
          " {\n"
              + Objects.requireNonNull(schema.executable().getImplementations(shared)).stream()
                  .map(
                      type ->
                          "... on " + type.getName() + " {\n" + selections(type, depth + 1) + "}\n")
                  .findFirst()
                  .orElseThrow()
              + " __typename }\n";
      case GraphQLUnionType union -> " { __typename }\n";
      default -> "\n";
    };
  }

  private String arguments(GraphQLFieldDefinition field) {
    var required = arguments.get(field.getName());
    if (required != null && field.getArguments().stream().anyMatch(GraphQLArgumentIs::required)) {
      return "(" + required.get(random.nextInt(required.size())) + ")";
    }
    var given = new ArrayList<String>();
    if (field.getArgument("by") != null) {
      return "(by: %s, orderBy: [{ of: %s }], first: %d)"
          .formatted(
              value(field.getArgument("by").getType()),
              random.nextBoolean() ? "COUNT" : "KEY",
              1 + random.nextInt(30));
    }
    if (field.getArgument("maxPoints") != null && random.nextBoolean()) {
      given.add("maxPoints: " + (2 + random.nextInt(6)));
    }
    if (field.getArgument("first") != null) {
      given.add((random.nextInt(3) == 0 ? "last: " : "first: ") + (1 + random.nextInt(30)));
    }
    var order = field.getArgument("orderBy");
    if (order != null && random.nextBoolean()) {
      given.add("orderBy: [{ field: %s, nulls: FIRST }]".formatted(orderField(order)));
    }
    var filter = field.getArgument("where");
    if (filter != null && random.nextInt(4) == 0) {
      given.add("where: " + condition(filter));
    }
    return given.isEmpty() ? "" : "(" + String.join(", ", given) + ")";
  }

  private String condition(GraphQLArgument filter) {
    var possible =
        ((GraphQLInputObjectType) GraphQLTypeUtil.unwrapAll(filter.getType()))
            .getFields().stream()
                // isNull directly below and, or, not is an error
                .filter(field -> !field.getName().matches("and|or|not"))
                .filter(
                    field ->
                        GraphQLTypeUtil.unwrapAll(field.getType())
                                instanceof GraphQLInputObjectType comparison
                            && comparison.getField("isNull") != null)
                .toList();
    return possible.isEmpty()
        ? "{}"
        : "{ %s: { isNull: %s } }"
            .formatted(
                possible.get(random.nextInt(possible.size())).getName(), random.nextInt(3) == 0);
  }

  private String orderField(GraphQLArgument order) {
    var input = (GraphQLInputObjectType) GraphQLTypeUtil.unwrapAll(order.getType());
    return value(input.getFieldDefinition("field").getType());
  }

  private String value(GraphQLType type) {
    var fields = (GraphQLEnumType) GraphQLTypeUtil.unwrapAll(type);
    return fields.getValues().get(random.nextInt(fields.getValues().size())).getName();
  }

  private static GraphQLType unwrapped(GraphQLFieldDefinition field) {
    return GraphQLTypeUtil.unwrapAll(field.getType());
  }

  private static String indent(int depth) {
    return "  ".repeat(depth + 1);
  }

  private static final class GraphQLArgumentIs {
    static boolean required(GraphQLArgument argument) {
      return GraphQLTypeUtil.isNonNull(argument.getType()) && !argument.hasSetDefaultValue();
    }
  }
}
