package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import graphql.language.Description;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives the arguments {@code where} and {@code orderBy} to lists and connections that the schema
 * declares without them, with a filter and an order over the columns of the noun. The filter also
 * has the objects that a row leads to, when the schema declares filters of them.
 */
final class DerivedArguments {
  private static final List<String> SCALARS =
      List.of("String", "Int", "BigInt", "BigDecimal", "Boolean", "Date", "DateTime", "Address");

  private final TypeDefinitionRegistry schema;
  private final Set<String> declared;
  private final Noun noun;

  /**
   * @param declared inputs that are not derived
   * @param noun noun of the rows
   */
  DerivedArguments(TypeDefinitionRegistry schema, Set<String> declared, Noun noun) {
    this.schema = schema;
    this.declared = declared;
    this.noun = noun;
  }

  /** Gives the arguments to all fields that return a connection. */
  void addToConnection(String connection) {
    for (var type : List.copyOf(schema.getTypes(ObjectTypeDefinition.class))) {
      add(type, field -> TypeInfo.typeInfo(field.getType()).getName().equals(connection));
    }
  }

  /** Gives the arguments to a list. */
  void addToList(String type, String list) {
    add(
        Objects.requireNonNull(schema.getTypeOrNull(type, ObjectTypeDefinition.class)),
        field -> field.getName().equals(list));
  }

  private void add(ObjectTypeDefinition type, Predicate<FieldDefinition> isChanged) {
    var fields = new ArrayList<FieldDefinition>();
    type.getFieldDefinitions()
        .forEach(field -> fields.add(isChanged.test(field) ? withArguments(field) : field));
    if (!fields.equals(type.getFieldDefinitions())) {
      schema.remove(type);
      add(type.transform(changed -> changed.fieldDefinitions(fields)));
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
      arguments.add(
          argument(
              "where",
              new TypeName(noun.type() + "Filter"),
              "Includes only rows that match this condition."));
    }
    if (!hasOrder && !columns().isEmpty()) {
      addOrder();
      arguments.add(
          argument(
              "orderBy",
              new ListType(new NonNullType(new TypeName(noun.type() + "Order"))),
              "Sort terms, the most important first."));
    }
    return field.transform(changed -> changed.inputValueDefinitions(arguments));
  }

  private static InputValueDefinition argument(String name, Type<?> type, String description) {
    return InputValueDefinition.newInputValueDefinition()
        .name(name)
        .type(type)
        .description(new Description(description, null, false))
        .build();
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

  /** Objects that a row leads to, with the types of their filters. */
  private Map<String, String> objects() {
    var objects = new TreeMap<String, String>();
    for (var field :
        Objects.requireNonNull(schema.getTypeOrNull(noun.type(), ObjectTypeDefinition.class))
            .getFieldDefinitions()) {
      var filter = TypeInfo.typeInfo(field.getType()).getName() + "Filter";
      if (noun.isReference(field.getName())
          && noun.filterColumn(field.getName()) == null
          && declared.contains(filter)) {
        objects.put(field.getName(), filter);
      }
    }
    return objects;
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
        %2$s%3$s}
        """
            .formatted(
                noun.type(),
                columns.entrySet().stream()
                    .map(
                        each ->
                            "  \"%1$s.\"\n  %1$s: %2$sFilter\n"
                                .formatted(each.getKey(), each.getValue()))
                    .collect(joining()),
                objects().entrySet().stream()
                    .map(
                        each ->
                            "  \"Conditions on %1$s.\"\n  %1$s: %2$s\n"
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
