package dev.operatoranalytics.api.query;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a query below a field with {@code asOf} can name: fields that it selects, and columns that
 * its conditions, orders and groups use. All others know only the current state.
 */
public final class AsOfFields {
  private static final Set<String> OF_ALL_NOUNS = Set.of("PageInfo", "BigDecimalAggregate");
  private static final String OF_ROWS = "(Connection|Edge|Aggregate|Group|Columns)$";

  private final Nouns nouns;
  private final Noun root;

  /**
   * @param root the type that the field with {@code asOf} returns
   */
  public AsOfFields(Nouns nouns, String root) {
    this.nouns = nouns;
    this.root = nouns.get(root);
  }

  /**
   * @throws UserInputError when a field, condition, order or group has no earlier states
   */
  public void check(DataFetchingEnvironment env) {
    for (var field : env.getSelectionSet().getFields()) {
      if (!field.getName().startsWith("__")) {
        field
            .getObjectTypeNames()
            .forEach(type -> check(type, field.getName(), field.getLevel() == 1));
        checkArguments(field.getType(), field.getArguments());
      }
    }
  }

  /**
   * @param isOfRoot whether the field is of the object that the field with {@code asOf} returns
   */
  void check(String type, String field, boolean isOfRoot) {
    if (!canFollow(type, field, isOfRoot)) {
      throw new UserInputError(
          "%s.%s has no earlier states: remove it or asOf".formatted(type, field));
    }
  }

  private boolean canFollow(String type, String field, boolean isOfRoot) {
    var rebuilt = root.rebuilt();
    if (!rebuilt.isEmpty()) {
      var names = rebuilt.get(type);
      if (names != null) {
        return names.contains(field)
            || (names.isEmpty() && nouns.get(type).canFollowAsOf(field, false));
      }
      return type.equals("PageInfo")
          || rebuilt.containsKey(type.replaceAll("(Connection|Edge)$", ""));
    }
    var noun = nouns.noun(type);
    if (noun != null) {
      return noun.canFollowAsOf(field, isOfRoot);
    }
    var row = nouns.noun(type.replaceAll(OF_ROWS, ""));
    return OF_ALL_NOUNS.contains(type)
        || (row != null
            && row.isAsOf()
            && (!row.fields().containsKey(field) || row.canFollowAsOf(field, false)));
  }

  /**
   * @param type of the field that has the arguments
   */
  void checkArguments(GraphQLType type, Map<String, Object> arguments) {
    var name = GraphQLTypeUtil.<GraphQLNamedType>unwrapAllAs(type).getName();
    var rows = nouns.noun(name.replaceAll(OF_ROWS, ""));
    if (rows == null) {
      return;
    }
    if (arguments.get("where") instanceof Map<?, ?> where) {
      checkCondition(rows, where);
    }
    for (var each : list(arguments.get("orderBy"))) {
      checkOrder(rows, (Map<?, ?>) each);
    }
    for (var group : list(arguments.get("by"))) {
      var grouping = String.valueOf(group);
      checkColumn(rows, Noun.camelCase(grouping), Aggregation.column(rows, grouping));
    }
  }

  /** A term names a value of the enum of the rows or, where it sorts groups, a number. */
  private void checkOrder(Noun rows, Map<?, ?> term) {
    if (term.get("field") instanceof String name) {
      var isOfGroups = term.containsKey("of");
      checkColumn(
          rows,
          isOfGroups ? name : Noun.camelCase(name),
          isOfGroups ? rows.filterColumn(name) : rows.orderColumn(name));
    }
  }

  private static Collection<?> list(@Nullable Object argument) {
    return argument instanceof Collection<?> several ? several : List.of();
  }

  private void checkCondition(Noun rows, Map<?, ?> where) {
    where.forEach(
        (name, value) -> {
          switch (String.valueOf(name)) {
            case "isNull" -> {}
            case "and", "or" -> list(value).forEach(each -> checkCondition(rows, (Map<?, ?>) each));
            case "not" -> {
              // null is rejected where the filter is read
              if (value instanceof Map<?, ?> negated) {
                checkCondition(rows, negated);
              }
            }
            default -> checkPart(rows, String.valueOf(name), value);
          }
        });
  }

  private void checkPart(Noun rows, String name, @Nullable Object value) {
    var column = rows.filterColumn(name);
    checkColumn(rows, name, column);
    if (column != null || !(value instanceof Map<?, ?> where)) {
      return;
    }
    var other = nouns.target(rows, name);
    if (nouns.isMany(rows, name)) {
      where.values().stream()
          .filter(Objects::nonNull)
          .forEach(each -> checkCondition(other, (Map<?, ?>) each));
    } else {
      checkCondition(other, where);
    }
  }

  /** Checks the relation of this name and the fields of the row that show the column. */
  private void checkColumn(Noun rows, String name, @Nullable Column column) {
    if (rows.relations().containsKey(name)) {
      check(rows.type(), name, false);
    }
    if (column == null) {
      return;
    }
    checkFieldsOf(rows, column);
    for (var part : rows.embedded().keySet()) {
      var embedded = nouns.noun(nouns.typeName(rows.type(), part));
      if (embedded != null) {
        checkFieldsOf(embedded, column);
      }
    }
  }

  private void checkFieldsOf(Noun noun, Column column) {
    noun.fields()
        .forEach(
            (field, shown) -> {
              if (shown.name().equals(column.name())) {
                check(noun.type(), field, false);
              }
            });
  }
}
