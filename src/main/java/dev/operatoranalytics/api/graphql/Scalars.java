package dev.operatoranalytics.api.graphql;

import dev.operatoranalytics.chain.Address;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values with a form of their own. */
final class Scalars {

  static final List<GraphQLScalarType> ALL =
      List.of(
          scalar("Address", text -> new Address(text).value(), Object::toString),
          scalar("BigInt", BigInteger::new, Scalars::wholeNumber),
          scalar("BigDecimal", BigDecimal::new, Scalars::plainDecimal),
          GraphQLScalarType.newScalar()
              .name("SharePriceDictionary")
              .coercing(new JsonScalar())
              .build(),
          scalar("Date", LocalDate::parse, Object::toString),
          scalar("DateTime", text -> OffsetDateTime.parse(text).toInstant(), Scalars::instant));

  private static GraphQLScalarType scalar(
      String name, Function<String, Object> parse, Function<Object, String> format) {
    return GraphQLScalarType.newScalar()
        .name(name)
        .coercing(new TextScalar(name, parse, format))
        .build();
  }

  private static String wholeNumber(Object value) {
    return switch (value) {
      case BigInteger number -> number.toString();
      case BigDecimal number when number.scale() == 0 -> number.toPlainString();
      case BigDecimal number -> number.toBigIntegerExact().toString();
      case Long number -> number.toString();
      case Integer number -> number.toString();
      default -> throw new CoercingSerializeException("not a whole number: " + value.getClass());
    };
  }

  /** With as many digits of a second as it has, like PostgreSQL. */
  private static String instant(Object value) {
    var text = value.toString();
    return text.indexOf('.') < 0 ? text : text.replaceFirst("0+Z$", "Z");
  }

  private static String plainDecimal(Object value) {
    var number = (BigDecimal) value;
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /** A scalar that is only told, as the JSON that it is. */
  private static final class JsonScalar implements Coercing<RawJson, RawJson> {

    @Override
    public RawJson serialize(Object value, GraphQLContext context, Locale locale) {
      return (RawJson) value;
    }
  }

  /** A scalar that travels as a text; whole numbers are also taken as literals. */
  record TextScalar(String name, Function<String, Object> parse, Function<Object, String> format)
      implements Coercing<Object, String> {

    @Override
    public String serialize(Object value, GraphQLContext context, Locale locale) {
      return format.apply(value);
    }

    @Override
    public Object parseValue(Object input, GraphQLContext context, Locale locale) {
      var text =
          switch (input) {
            case String string -> string;
            case Integer number -> number.toString();
            case Long number -> number.toString();
            case BigInteger number -> number.toString();
            default -> null;
          };
      var value = read(text);
      if (value == null) {
        throw new CoercingParseValueException(complaint(input));
      }
      return value;
    }

    @Override
    public Object parseLiteral(
        Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
      var text =
          switch (input) {
            case StringValue string -> string.getValue();
            case IntValue number -> number.getValue().toString();
            default -> null;
          };
      var value = read(text);
      if (value == null) {
        throw new CoercingParseLiteralException(complaint(text == null ? "another kind" : text));
      }
      return value;
    }

    @Override
    public Value<?> valueToLiteral(Object input, GraphQLContext context, Locale locale) {
      return StringValue.of(serialize(input, context, locale));
    }

    private @Nullable Object read(@Nullable String text) {
      if (text == null || text.length() > 200) {
        return null;
      }
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException | DateTimeException e) {
        return null;
      }
    }

    private String complaint(Object input) {
      var expected =
          switch (name) {
            case "Address" -> "0x and 40 hex digits";
            case "BigInt" -> "a whole number, best as a string";
            case "Date" -> "a day such as 2026-01-22";
            case "BigDecimal" -> "a decimal number as a string";
            default -> "an instant such as 2026-01-22T08:15:00Z";
          };
      var shown = input.toString();
      return "%s is %s, not '%s'"
          .formatted(name, expected, shown.length() > 80 ? shown.substring(0, 80) + "…" : shown);
    }
  }

  private Scalars() {}
}
