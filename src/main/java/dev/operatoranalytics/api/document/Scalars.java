package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.RawJson;
import dev.operatoranalytics.chain.Address;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.AstPrinter;
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
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The custom scalars. */
final class Scalars {
  private static final int MOST_DIGITS = 200;

  static final List<GraphQLScalarType> ALL =
      List.of(
          scalar("Address", text -> new Address(text).value(), Object::toString),
          scalar("BigInt", BigInteger::new, Scalars::wholeNumber),
          scalar("BigDecimal", Scalars::decimal, Scalars::plainDecimal),
          GraphQLScalarType.newScalar()
              .name("SharePriceDictionary")
              .coercing(new JsonScalar())
              .build(),
          scalar("Date", text -> inYears(LocalDate.parse(text)), Object::toString),
          scalar("DateTime", Scalars::instant, Scalars::instantText));

  private static GraphQLScalarType scalar(
      String name, Function<String, Object> parse, Function<Object, String> format) {
    return GraphQLScalarType.newScalar()
        .name(name)
        .coercing(new TextScalar(name, parse, format))
        .build();
  }

  private static BigDecimal decimal(String text) {
    var number = new BigDecimal(text);
    if (Math.abs((long) number.scale()) > MOST_DIGITS) {
      throw new NumberFormatException("too many digits");
    }
    return number;
  }

  private static Instant instant(String text) {
    var time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
    var _ = inYears(time.toLocalDate());
    return time.toInstant();
  }

  /** Years of four digits, which every client and PostgreSQL can read. */
  private static LocalDate inYears(LocalDate day) {
    if (day.getYear() < 1 || day.getYear() > 9_999) {
      throw new DateTimeException("beyond the years 1 to 9999");
    }
    return day;
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

  /** Without trailing zeros in the fraction of a second, like PostgreSQL. */
  private static String instantText(Object value) {
    var text = value.toString();
    return text.indexOf('.') < 0 ? text : text.replaceFirst("0+Z$", "Z");
  }

  private static String plainDecimal(Object value) {
    var number = (BigDecimal) value;
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /** A scalar of raw JSON, for output only. */
  private static final class JsonScalar implements Coercing<RawJson, RawJson> {

    @Override
    public RawJson serialize(Object value, GraphQLContext context, Locale locale) {
      return (RawJson) value;
    }
  }

  /** A scalar that is a string in JSON; whole numbers are also accepted as literals. */
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
        throw new CoercingParseLiteralException(
            complaint(text == null ? AstPrinter.printAstCompact(input) : text));
      }
      return value;
    }

    @Override
    public Value<?> valueToLiteral(Object input, GraphQLContext context, Locale locale) {
      return StringValue.of(serialize(input, context, locale));
    }

    private @Nullable Object read(@Nullable String text) {
      if (text == null || text.length() > MOST_DIGITS) {
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
            case "Date" -> "a day such as 2026-01-22, of the years 1 to 9999";
            case "BigDecimal" -> "a decimal number as a string";
            default -> "an instant such as 2026-01-22T08:15:00Z, of the years 1 to 9999";
          };
      var shown = input.toString();
      return "%s is %s, not '%s'"
          .formatted(name, expected, shown.length() > 80 ? shown.substring(0, 80) + "…" : shown);
    }
  }

  private Scalars() {}
}
