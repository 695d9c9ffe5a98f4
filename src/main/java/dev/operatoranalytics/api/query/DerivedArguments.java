package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.InputValueDefinition;
import graphql.language.ListType;
import graphql.language.NonNullType;
import graphql.language.ObjectTypeDefinition;
import graphql.language.SDLDefinition;
import graphql.language.Type;
import graphql.language.TypeName;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.TypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives the arguments {@code where} and {@code orderBy} to connections that the schema declares
 * without them, with a filter and an order over the columns of the noun.
 */
final class DerivedArguments {
  private static final List<String> SCALARS =
      List.of("String", "Int", "BigInt", "BigDecimal", "Boolean", "Date", "DateTime", "Address");

  private final TypeDefinitionRegistry schema;
  private final Noun noun;

  /**
   * @param noun noun of the rows of the connection
   */
  DerivedArguments(TypeDefinitionRegistry schema, Noun noun) {
    this.schema = schema;
    this.noun = noun;
  }

  void add(String connection) {
    for (var type : List.copyOf(schema.getTypes(ObjectTypeDefinition.class))) {
      var fields = new ArrayList<FieldDefinition>();
      type.getFieldDefinitions()
          .forEach(
              field ->
                  fields.add(
                      TypeInfo.typeInfo(field.getType()).getName().equals(connection)
                          ? withArguments(field)
                          : field));
      if (!fields.equals(type.getFieldDefinitions())) {
        schema.remove(type);
        add(type.transform(changed -> changed.fieldDefinitions(fields)));
      }
    }
  }

  private FieldDefinition withArguments(FieldDefinition field) {
    var hasFilter = argument(field, "where") != null;
    var hasOrder = argument(field, "orderBy") != null;
    if (hasFilter && hasOrder) {
      return field;
    }
    var arguments = new ArrayList<>(field.getInputValueDefinitions());
    if (!hasFilter) {
      addFilter();
      arguments.add(new InputValueDefinition("where", new TypeName(noun.type() + "Filter")));
    }
    if (!hasOrder && !columns().isEmpty()) {
      addOrder();
      arguments.add(
          new InputValueDefinition(
              "orderBy", new ListType(new NonNullType(new TypeName(noun.type() + "Order")))));
    }
    return field.transform(changed -> changed.inputValueDefinitions(arguments));
  }

  private static @Nullable InputValueDefinition argument(FieldDefinition field, String name) {
    return field.getInputValueDefinitions().stream()
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** The columns with the names of their types in the schema. */
  private Map<String, String> columns() {
    var columns = new TreeMap<String, String>();
    var type =
        Objects.requireNonNull(schema.getTypeOrNull(noun.type(), ObjectTypeDefinition.class));
    for (var field : type.getFieldDefinitions()) {
      var name = TypeInfo.typeInfo(field.getType()).getName();
      if (noun.canCompare(field.getName())
          && !isList(field.getType())
          && (SCALARS.contains(name) || isEnum(name))) {
        columns.put(field.getName(), name);
      }
    }
    return columns;
  }

  private static boolean isList(Type<?> type) {
    return type instanceof ListType
        || (type instanceof NonNullType required && required.getType() instanceof ListType);
  }

  private boolean isEnum(String type) {
    return schema.getTypeOrNull(type, EnumTypeDefinition.class) != null;
  }

  private void addFilter() {
    if (isKnown(noun.type() + "Filter")) {
      return;
    }
    var columns = columns();
    columns.values().stream()
        .filter(type -> isEnum(type) && !isKnown(type + "Filter"))
        .distinct()
        .toList()
        .forEach(this::addEnumFilter);
    parse(
        """
        "Conditions on rows of %1$s; all given conditions must hold. A comparison with a null value is false, except by ne and isNull; not turns it into true."
        input %1$sFilter {
          "All of these conditions hold."
          and: [%1$sFilter!]
          "At least one of these conditions holds."
          or: [%1$sFilter!]
          "This condition does not hold."
          not: %1$sFilter
        %2$s}
        """
            .formatted(
                noun.type(),
                columns.entrySet().stream()
                    .map(
                        each ->
                            "  \"%1$s.\"\n  %1$s: %2$sFilter\n"
                                .formatted(each.getKey(), each.getValue()))
                    .collect(joining())));
  }

  private void addEnumFilter(String type) {
    parse(
        """
        "Conditions on a value of %1$s; all given conditions must hold."
        input %1$sFilter {
          "Equal to this value."
          eq: %1$s
          "Not equal to this value, or null."
          ne: %1$s
          "Equal to one of these values, at most 1,000."
          in: [%1$s!]
        }
        """
            .formatted(type));
  }

  private void addOrder() {
    if (isKnown(noun.type() + "Order")) {
      return;
    }
    parse(
        """
        "Sort term for rows of %1$s."
        input %1$sOrder {
          "Field to sort by."
          field: %1$sOrderField!
          "Sort direction."
          direction: OrderDirection! = DESC
          "Position of rows whose value is null."
          nulls: NullsPlacement! = LAST
        }

        "Fields that rows of %1$s can be sorted by."
        enum %1$sOrderField {
        %2$s}
        """
            .formatted(
                noun.type(),
                columns().keySet().stream()
                    .map(name -> "  \"%s.\"\n  %s\n".formatted(name, Noun.enumValue(name)))
                    .collect(joining())));
  }

  private boolean isKnown(String type) {
    return schema.getTypeOrNull(type) != null;
  }

  private void parse(String text) {
    var added = new SchemaParser().parse(text);
    added.getTypes(InputObjectTypeDefinition.class).forEach(this::add);
    added.getTypes(EnumTypeDefinition.class).forEach(this::add);
  }

  private void add(SDLDefinition<?> type) {
    schema
        .add(type)
        .ifPresent(
            error -> {
              throw new IllegalStateException(error.getMessage());
            });
  }
}
