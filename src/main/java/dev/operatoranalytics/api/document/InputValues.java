package dev.operatoranalytics.api.document;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.ArrayValue;
import graphql.language.AstPrinter;
import graphql.language.BooleanValue;
import graphql.language.EnumValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.NullValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds an error in a value, in terms of GraphQL; empty when the value is valid. */
final class InputValues {
  private static final int MAX_LENGTH = 80;

  /**
   * @param name of the argument, or of the variable with its dollar sign
   * @param isVariable whether it is JSON, where enum values are strings
   */
  static Optional<String> problem(
      String name, Value<?> value, GraphQLType type, boolean isVariable) {
    return Optional.ofNullable(find(name, value, type, isVariable));
  }

  private static @Nullable String find(
      String name, Value<?> value, GraphQLType type, boolean isVariable) {
    if (value instanceof VariableReference) {
      return null;
    }
    if (value instanceof NullValue) {
      return type instanceof GraphQLNonNull
          ? "%s is %s, it cannot be null".formatted(name, GraphQLTypeUtil.simplePrint(type))
          : null;
    }
    return switch (GraphQLTypeUtil.unwrapNonNull(type)) {
      case GraphQLList list -> inList(name, value, list.getWrappedType(), isVariable);
      case GraphQLInputObjectType object -> inObject(name, value, object, isVariable);
      case GraphQLEnumType choice -> inEnum(name, value, choice, isVariable);
      case GraphQLScalarType scalar -> inScalar(name, value, scalar);
      default -> null;
    };
  }

  private static @Nullable String inList(
      String name, Value<?> value, GraphQLType item, boolean isVariable) {
    if (!(value instanceof ArrayValue list)) {
      return find(name, value, item, isVariable);
    }
    for (var i = 0; i < list.getValues().size(); i++) {
      var problem = find(name + "[" + i + "]", list.getValues().get(i), item, isVariable);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static @Nullable String inObject(
      String name, Value<?> value, GraphQLInputObjectType type, boolean isVariable) {
    if (!(value instanceof ObjectValue object)) {
      return "%s is an object of type %s, not %s".formatted(name, type.getName(), printed(value));
    }
    for (ObjectField field : object.getObjectFields()) {
      var definition = type.getFieldDefinition(field.getName());
      if (definition == null) {
        return "%s: %s has no field '%s'%s"
            .formatted(
                name,
                type.getName(),
                shortened(field.getName()),
                Suggestions.didYouMean(
                    field.getName(),
                    type.getFieldDefinitions().stream()
                        .map(GraphQLInputObjectField::getName)
                        .toList()));
      }
      var problem =
          find(name + "." + field.getName(), field.getValue(), definition.getType(), isVariable);
      if (problem != null) {
        return problem;
      }
    }
    for (var definition : type.getFieldDefinitions()) {
      if (GraphQLTypeUtil.isNonNull(definition.getType())
          && !definition.hasSetDefaultValue()
          && object.getObjectFields().stream()
              .noneMatch(field -> field.getName().equals(definition.getName()))) {
        return "%s.%s is missing: it is %s"
            .formatted(
                name, definition.getName(), GraphQLTypeUtil.simplePrint(definition.getType()));
      }
    }
    return type.isOneOf() && object.getObjectFields().size() != 1
        ? "%s: exactly one field of the OneOf type %s is given".formatted(name, type.getName())
        : null;
  }

  private static @Nullable String inEnum(
      String name, Value<?> value, GraphQLEnumType type, boolean isVariable) {
    var given =
        switch (value) {
          case EnumValue choice -> choice.getName();
          case StringValue text -> String.valueOf(text.getValue());
          default -> "";
        };
    var isName = value instanceof EnumValue || isVariable;
    if (isName && type.getValue(given) != null) {
      return null;
    }
    var names = type.getValues().stream().map(GraphQLEnumValueDefinition::getName).toList();
    return "%s is a value of %s, not %s%s"
        .formatted(name, type.getName(), printed(value), Suggestions.didYouMean(given, names));
  }

  private static @Nullable String inScalar(String name, Value<?> value, GraphQLScalarType type) {
    try {
      var _ =
          type.getCoercing()
              .parseLiteral(
                  value,
                  CoercedVariables.emptyVariables(),
                  GraphQLContext.getDefault(),
                  Locale.ROOT);
      return null;
    } catch (CoercingParseLiteralException e) {
      return type.getCoercing() instanceof Scalars.TextScalar
          ? "%s: %s".formatted(name, e.getMessage())
          : "%s is %s, not %s".formatted(name, described(type), printed(value));
    }
  }

  private static String described(GraphQLScalarType type) {
    return type.getName().equals("Int")
        ? "Int, a whole number from -2147483648 to 2147483647"
        : type.getName();
  }

  /** The value as in a document. */
  static String printed(Value<?> value) {
    return shortened(AstPrinter.printAstCompact(value));
  }

  private static String shortened(String text) {
    return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text;
  }

  /** A JSON value as a literal. */
  static Value<?> literal(@Nullable Object value) {
    return switch (value) {
      case null -> NullValue.of();
      case String text -> StringValue.of(text);
      case Boolean truth -> BooleanValue.of(truth);
      case Integer number -> new IntValue(BigInteger.valueOf(number));
      case Long number -> new IntValue(BigInteger.valueOf(number));
      case BigInteger number -> new IntValue(number);
      case Double number when !Double.isFinite(number) -> StringValue.of(number.toString());
      case Number number -> new FloatValue(new BigDecimal(number.toString()));
      case Map<?, ?> object ->
          ObjectValue.newObjectValue()
              .objectFields(
                  object.entrySet().stream()
                      .map(
                          field ->
                              ObjectField.newObjectField()
                                  .name(String.valueOf(field.getKey()))
                                  .value(literal(field.getValue()))
                                  .build())
                      .toList())
              .build();
      case Collection<?> several -> {
        var list = ArrayValue.newArrayValue();
        several.forEach(each -> list.value(literal(each)));
        yield list.build();
      }
      default -> StringValue.of(value.toString());
    };
  }

  private InputValues() {}
}
