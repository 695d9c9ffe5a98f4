package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.toSet;

import graphql.language.BooleanValue;
import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.InputValueDefinition;
import graphql.language.ListType;
import graphql.language.NonNullType;
import graphql.language.ObjectTypeDefinition;
import graphql.language.ScalarTypeDefinition;
import graphql.language.Type;
import graphql.schema.FieldCoordinates;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.TypeInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All declarations, checked against {@code schema.graphqls}. */
public final class Nouns {
  private static final String CONNECTION = "Connection";

  private final TypeDefinitionRegistry schema;
  private final Map<String, Noun> byType = new HashMap<>();

  public Nouns(TypeDefinitionRegistry schema, Collection<Noun> nouns) {
    this.schema = schema;
    for (var noun : nouns) {
      if (byType.put(noun.type(), noun) != null) {
        throw new IllegalStateException("declared twice: " + noun.type());
      }
    }
    byType.values().stream().filter(this::isObject).forEach(this::promise);
    byType.values().stream().filter(this::isObject).forEach(this::inherit);
    byType.values().stream().filter(this::isObject).forEach(this::refer);
    var declared =
        schema.getTypes(InputObjectTypeDefinition.class).stream()
            .map(InputObjectTypeDefinition::getName)
            .collect(toSet());
    byType.values().stream().filter(this::isObject).forEach(noun -> addArguments(noun, declared));
    var derived = new DerivedSchema(schema);
    byType.values().stream().filter(this::isObject).forEach(noun -> addColumns(noun, derived));
    byType.values().stream()
        .filter(noun -> isConnection(noun.type() + CONNECTION))
        .forEach(
            noun -> {
              derived.add(noun, noun.type() + CONNECTION);
              new DerivedArguments(schema, declared, noun)
                  .addToConnection(noun.type() + CONNECTION);
            });
  }

  private boolean isObject(Noun noun) {
    return schema.getTypeOrNull(noun.type(), ObjectTypeDefinition.class) != null;
  }

  private void promise(Noun noun) {
    noun.promiseNotNull(
        fields(noun.type()).stream()
            .filter(field -> field.getType() instanceof NonNullType)
            .map(FieldDefinition::getName)
            .collect(toSet()));
  }

  private void inherit(Noun noun) {
    noun.embedded()
        .forEach(
            (field, part) -> {
              var embedded = byType.get(typeName(noun.type(), field));
              if (embedded != null) {
                noun.inherit(embedded, part.presentWith().isEmpty());
              }
            });
  }

  private void addArguments(Noun noun, Set<String> declared) {
    for (var list : List.copyOf(fields(noun.type()))) {
      var field = list.getName();
      if (isList(list.getType()) && noun.relations().containsKey(field)) {
        new DerivedArguments(schema, declared, target(noun, field)).addToList(noun.type(), field);
      }
    }
  }

  /** Gives each daily list a second field that returns its columns. */
  private void addColumns(Noun noun, DerivedSchema derived) {
    for (var list : List.copyOf(fields(noun.type()))) {
      var relation = noun.relations().get(list.getName());
      if (relation != null && isDaily(list)) {
        derived.addColumns(noun.type(), list, target(noun, list.getName()));
        noun.columnsOf(list.getName(), list.getName() + DerivedSchema.COLUMNS);
      }
    }
  }

  private static boolean isDaily(FieldDefinition list) {
    return list.getDirectives("listSize").stream()
        .anyMatch(
            size ->
                size.getArgument("daily") != null
                    && size.getArgument("daily").getValue() instanceof BooleanValue daily
                    && daily.isValue());
  }

  private void refer(Noun noun) {
    noun.relations()
        .forEach(
            (field, relation) -> {
              var definition = findDefinition(noun.type(), field);
              if (definition == null
                  || !relation.isReference()
                  || isMany(noun, field)
                  || isScalar(noun, field)) {
                return;
              }
              var other = byType.get(typeName(noun.type(), field));
              var join = relation.joins().getFirst();
              if (other != null && other.key().equals(List.of(join.theirs()))) {
                noun.reference(field, noun.columnNamed(join.ours()));
              }
            });
  }

  public Collection<Noun> all() {
    return byType.values();
  }

  /** Null when the type has no declaration. */
  @Nullable Noun noun(String type) {
    return byType.get(type);
  }

  Noun get(String type) {
    return Objects.requireNonNull(byType.get(type), type);
  }

  /** The noun that a field of a noun leads to. */
  Noun target(Noun noun, String field) {
    var type = typeName(noun.type(), field);
    return get(rowType(type));
  }

  private String rowType(String type) {
    return isConnection(type)
        ? type.substring(0, type.length() - CONNECTION.length())
        : isColumns(type)
            ? type.substring(0, type.length() - DerivedSchema.COLUMNS.length())
            : type;
  }

  boolean isPage(Noun noun, String field) {
    return isConnection(typeName(noun.type(), field));
  }

  /** Whether the field returns the columns of a list. */
  boolean hasColumns(Noun noun, String field) {
    return isColumns(typeName(noun.type(), field));
  }

  private static boolean isColumns(String type) {
    return type.endsWith(DerivedSchema.COLUMNS);
  }

  boolean isMany(Noun noun, String field) {
    return isPage(noun, field)
        || hasColumns(noun, field)
        || isList(definition(noun.type(), field).getType());
  }

  boolean isScalar(Noun noun, String field) {
    return schema.getTypeOrNull(typeName(noun.type(), field), ScalarTypeDefinition.class) != null;
  }

  private boolean isConnection(String type) {
    return type.endsWith(CONNECTION)
        && schema.getTypeOrNull(type, ObjectTypeDefinition.class) != null
        && fields(type).stream().anyMatch(field -> field.getName().equals("pageInfo"));
  }

  private static boolean isList(Type<?> type) {
    return type instanceof ListType
        || (type instanceof NonNullType required && required.getType() instanceof ListType);
  }

  /** The PostgreSQL type of an argument. */
  String argumentType(Noun noun, String field, String argument) {
    var type =
        definition(noun.type(), field).getInputValueDefinitions().stream()
            .filter(each -> each.getName().equals(argument))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "%s.%s has no argument %s".formatted(noun, field, argument)))
            .getType();
    var sql =
        switch (name(type)) {
          case "Int" -> "integer";
          case "BigInt", "BigDecimal" -> "numeric";
          case "Date" -> "date";
          case "DateTime" -> "timestamptz";
          case "Boolean" -> "boolean";
          default -> "text";
        };
    return isList(type) ? sql + "[]" : sql;
  }

  /** Fields whose value changes over time without a change of data. */
  public Set<FieldCoordinates> timeDependent() {
    var found = new HashSet<FieldCoordinates>();
    for (var noun : byType.values().stream().filter(this::isObject).toList()) {
      for (var field : fields(noun.type())) {
        if (noun.isTimeDependent(field.getName())) {
          found.add(FieldCoordinates.coordinates(noun.type(), field.getName()));
        }
      }
    }
    return found;
  }

  /**
   * Differences between declarations and schema.
   *
   * @param answeredByJava fields that need no declaration
   */
  Set<String> mistakes(Set<FieldCoordinates> answeredByJava) {
    var mistakes = new TreeSet<String>();
    for (var noun : byType.values().stream().filter(this::isObject).toList()) {
      var names = fields(noun.type()).stream().map(FieldDefinition::getName).collect(toSet());
      for (var field : names) {
        if (!isDeclared(noun, field)
            && !answeredByJava.contains(FieldCoordinates.coordinates(noun.type(), field))) {
          mistakes.add("%s.%s: not declared".formatted(noun, field));
        }
      }
      for (var declared : List.of(noun.fields(), noun.embedded(), noun.relations())) {
        declared.keySet().stream()
            .filter(field -> !names.contains(field))
            .forEach(field -> mistakes.add("%s.%s: not in the schema".formatted(noun, field)));
      }
      noun.rebuilt().forEach((type, rebuilt) -> checkRebuilt(noun, type, rebuilt, mistakes));
      noun.fields().forEach((field, column) -> checkEnum(noun, field, column.type(), mistakes));
      noun.relations().keySet().stream()
          .filter(names::contains)
          .forEach(field -> checkArguments(noun, field, mistakes));
    }
    return mistakes;
  }

  private void checkRebuilt(Noun noun, String type, Set<String> rebuilt, Set<String> mistakes) {
    if (byType.get(type) == null) {
      mistakes.add("%s rebuilds %s: no such noun".formatted(noun, type));
      return;
    }
    rebuilt.stream()
        .filter(field -> findDefinition(type, field) == null)
        .forEach(field -> mistakes.add("%s.%s: not in the schema".formatted(type, field)));
  }

  private static boolean isDeclared(Noun noun, String field) {
    return noun.fields().containsKey(field)
        || noun.embedded().containsKey(field)
        || noun.relations().containsKey(field)
        || noun.aggregates().containsKey(field)
        || (noun.isNode() && field.equals("id"));
  }

  /** Checks that a field has an enum type exactly when its column is declared as an enum. */
  private void checkEnum(Noun noun, String field, ColumnType column, Set<String> mistakes) {
    var definition =
        fields(noun.type()).stream().filter(each -> each.getName().equals(field)).findFirst();
    if (definition.isEmpty() || isList(definition.get().getType())) {
      return;
    }
    var type = name(definition.get().getType());
    var isEnum = schema.getTypeOrNull(type, EnumTypeDefinition.class) != null;
    if (isEnum != (column == ColumnType.ENUM)) {
      mistakes.add(
          "%s.%s: its column is declared as %s, the schema says %s"
              .formatted(noun, field, column, type));
    }
  }

  private void checkArguments(Noun noun, String field, Set<String> mistakes) {
    var target = target(noun, field);
    for (var argument : definition(noun.type(), field).getInputValueDefinitions()) {
      var input = schema.getTypeOrNull(name(argument.getType()), InputObjectTypeDefinition.class);
      if (argument.getName().equals("where") && input != null) {
        checkFilter(target, input, mistakes, new HashSet<>());
      }
      if (argument.getName().equals("orderBy") && input != null) {
        for (var value : enumOf(input).getEnumValueDefinitions()) {
          if (target.orderColumn(value.getName()) == null) {
            mistakes.add("%s.%s: no such column".formatted(input.getName(), value.getName()));
          }
        }
      }
    }
  }

  private void checkFilter(
      Noun noun, InputObjectTypeDefinition filter, Set<String> mistakes, Set<String> seen) {
    if (!seen.add(filter.getName())) {
      return;
    }
    for (var part : filter.getInputValueDefinitions()) {
      var name = part.getName();
      if (Set.of("and", "or", "not", "isNull").contains(name) || noun.filterColumn(name) != null) {
        continue;
      }
      if (noun.relations().containsKey(name)) {
        checkFilter(target(noun, name), related(part), mistakes, seen);
      } else {
        mistakes.add("%s.%s: no such column or relation".formatted(filter.getName(), name));
      }
    }
  }

  /** The filter of the other noun in {@code some}, {@code every} and {@code none}. */
  private InputObjectTypeDefinition related(InputValueDefinition relation) {
    var input = input(name(relation.getType()));
    return input.getInputValueDefinitions().stream()
        .filter(part -> part.getName().equals("some"))
        .findFirst()
        .map(some -> input(name(some.getType())))
        .orElse(input);
  }

  private InputObjectTypeDefinition input(String name) {
    return Objects.requireNonNull(
        schema.getTypeOrNull(name, InputObjectTypeDefinition.class), name);
  }

  private EnumTypeDefinition enumOf(InputObjectTypeDefinition order) {
    return order.getInputValueDefinitions().stream()
        .filter(part -> part.getName().equals("field"))
        .map(part -> schema.getTypeOrNull(name(part.getType()), EnumTypeDefinition.class))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private FieldDefinition definition(String type, String field) {
    var found = findDefinition(type, field);
    if (found == null) {
      throw new IllegalStateException("schema.graphqls has no " + type + "." + field);
    }
    return found;
  }

  private @Nullable FieldDefinition findDefinition(String type, String field) {
    return fields(type).stream()
        .filter(each -> each.getName().equals(field))
        .findFirst()
        .orElse(null);
  }

  List<FieldDefinition> fields(String type) {
    var object = schema.getTypeOrNull(type, ObjectTypeDefinition.class);
    if (object == null) {
      throw new IllegalStateException("schema.graphqls has no type " + type);
    }
    return object.getFieldDefinitions();
  }

  String typeName(String type, String field) {
    return name(definition(type, field).getType());
  }

  private static String name(Type<?> type) {
    return TypeInfo.typeInfo(type).getName();
  }
}
