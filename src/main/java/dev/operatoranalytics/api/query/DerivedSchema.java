package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import graphql.language.AstPrinter;
import graphql.language.Description;
import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.NonNullType;
import graphql.language.ObjectTypeDefinition;
import graphql.language.SDLDefinition;
import graphql.language.TypeName;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Adds to every connection of the schema the fields {@code aggregate} and {@code groups}, with
 * their types, from the columns of the connection's noun.
 */
final class DerivedSchema {
  static final String COLUMNS = "Columns";

  private final TypeDefinitionRegistry schema;

  DerivedSchema(TypeDefinitionRegistry schema) {
    this.schema = schema;
  }

  /**
   * @param noun noun of the rows of the connection
   */
  void add(Noun noun, String connection) {
    var added = new SchemaParser().parse(text(noun));
    for (var type : added.getTypes(ObjectTypeDefinition.class)) {
      var name = type.getName().equals("Connection") ? connection : type.getName();
      var known = schema.getTypeOrNull(name, ObjectTypeDefinition.class);
      if (known == null) {
        add(type);
      } else {
        extend(known, type.getFieldDefinitions());
      }
    }
    added.getTypes(EnumTypeDefinition.class).forEach(this::add);
  }

  /**
   * Adds a field with the columns of a daily list, and its type.
   *
   * @param parent type with the list
   * @param row noun of the rows
   */
  void addColumns(String parent, FieldDefinition list, Noun row) {
    var type = Objects.requireNonNull(schema.getTypeOrNull(row.type(), ObjectTypeDefinition.class));
    var columns =
        type.getFieldDefinitions().stream()
            .filter(field -> row.fields().containsKey(field.getName()))
            .toList();
    var name = row.type() + COLUMNS;
    if (schema.getTypeOrNull(name, ObjectTypeDefinition.class) == null) {
      var text =
          columns.stream()
              .map(
                  field ->
                      "  \"%1$s of each row.\"\n  %1$s: [%2$s]!\n"
                          .formatted(field.getName(), AstPrinter.printAst(field.getType())))
              .collect(joining());
      new SchemaParser()
          .parse(
              "\"Rows by column: the n-th values of all lists belong to one row.\"\ntype %s {\n%s}"
                  .formatted(name, text))
          .getTypes(ObjectTypeDefinition.class)
          .forEach(this::add);
    }
    var described = Objects.requireNonNull(list.getDescription()).getContent();
    extend(
        Objects.requireNonNull(schema.getTypeOrNull(parent, ObjectTypeDefinition.class)),
        List.of(
            list.transform(
                changed ->
                    changed
                        .name(list.getName() + COLUMNS)
                        .description(
                            new Description(
                                "The columns of " + list.getName() + ": " + described, null, false))
                        .type(new NonNullType(new TypeName(name))))));
  }

  private void add(SDLDefinition<?> type) {
    schema
        .add(type)
        .ifPresent(
            error -> {
              throw new IllegalStateException(error.getMessage());
            });
  }

  private void extend(ObjectTypeDefinition type, List<FieldDefinition> fields) {
    var names = type.getFieldDefinitions().stream().map(FieldDefinition::getName).toList();
    var all = new ArrayList<>(type.getFieldDefinitions());
    fields.stream().filter(field -> !names.contains(field.getName())).forEach(all::add);
    schema.remove(type);
    add(type.transform(changed -> changed.fieldDefinitions(all)));
  }

  private static String text(Noun noun) {
    var numbers =
        noun.numbers().stream()
            .map(name -> "  \"%1$s of each row.\"\n  %1$s: BigDecimalAggregate!\n".formatted(name))
            .collect(joining());
    var groupings = noun.groupings();
    var groups =
        groupings.isEmpty()
            ? ""
            : """
              "All rows of all pages in groups with equal values, without orderBy the largest group first. They are computed only when selected."
              groups(
                "Fields whose values make a group, 1 to 4."
                by: [%1$sGroupField!]!
                "Sort terms, the most important first. The values of by decide between equal groups."
                orderBy: [GroupOrder!]
                "Maximum number of groups, 1 to 1,000."
                first: Int! = 100
              ): [%1$sGroup!]! @listSize(assumed: 1000, by: "first")
            """
                .formatted(noun.type());
    var types =
        groupings.isEmpty()
            ? ""
            : """
            "Rows with equal values."
            type %1$sGroup {
              "Values of the fields in by, in their order, as text; a period as its first UTC day. Null where the value is null."
              keys: [String]!
              "Aggregates over the rows of the group."
              aggregate: %1$sAggregate!
            }

            "Fields that rows of %1$s can be grouped by."
            enum %1$sGroupField {
            %2$s}
            """
                .formatted(
                    noun.type(),
                    groupings.stream()
                        .map(name -> "  \"%s.\"\n  %s\n".formatted(described(name), name))
                        .collect(joining()));
    return """
    type Connection {
      "Aggregates over all rows of all pages. They are computed only when selected."
      aggregate: %1$sAggregate!
    %2$s}

    "Aggregates over rows of %1$s."
    type %1$sAggregate {
      "Number of rows."
      count: Int!
    %3$s}

    %4$s
    """
        .formatted(noun.type(), groups, numbers, types);
  }

  private static String described(String grouping) {
    for (var period : Set.of("DAY", "WEEK", "MONTH")) {
      if (grouping.endsWith("_" + period)) {
        var field = Noun.camelCase(grouping.substring(0, grouping.length() - period.length() - 1));
        return switch (period) {
          case "DAY" -> "UTC day of " + field;
          case "WEEK" -> "Week of " + field + ", from Monday, UTC";
          default -> "Month of " + field + ", UTC";
        };
      }
    }
    return Noun.camelCase(grouping);
  }
}
