package dev.operatoranalytics.source;

import com.esaulpaugh.headlong.abi.Address;
import com.esaulpaugh.headlong.abi.Tuple;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.operatoranalytics.chain.Hex;
import dev.operatoranalytics.database.StorableText;
import dev.operatoranalytics.event.Argument;
import dev.operatoranalytics.event.EventColumn;
import dev.operatoranalytics.event.EventKind;
import dev.operatoranalytics.event.EventSignature;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Decodes the arguments of the logs of one signature, as JSON and as values of columns. */
final class ArgumentDecoder {
  private static final HexFormat HEX = HexFormat.of();
  private static final int ADDRESS_BYTES = 20;

  private final EventSignature signature;
  private final List<ColumnSource> columns;

  ArgumentDecoder(EventKind kind, EventSignature signature) {
    this.signature = signature;
    this.columns =
        kind.columns().stream().map(column -> ColumnSource.of(column, signature)).toList();
  }

  /**
   * Where a column's value is.
   *
   * @param indexes of the argument and of the component in each struct; null for the emitter and
   *     for an optional column whose value the signature lacks
   */
  private record ColumnSource(EventColumn column, String path, int @Nullable [] indexes) {
    private static ColumnSource of(EventColumn column, EventSignature signature) {
      if (column.isEmitter()) {
        return new ColumnSource(column, "", null);
      }
      for (var path : column.paths()) {
        var indexes = indexes(path, signature.arguments());
        if (indexes != null) {
          return new ColumnSource(column, "data." + path, indexes);
        }
      }
      if (column.isOptional()) {
        return new ColumnSource(column, "", null);
      }
      throw new IllegalStateException(
          "no argument of %s has the value of column %s".formatted(signature, column.name()));
    }

    private static int @Nullable [] indexes(String path, List<Argument> arguments) {
      var names = path.split("\\.");
      var indexes = new int[names.length];
      var level = arguments;
      for (var depth = 0; depth < names.length; depth++) {
        var name = names[depth];
        var members = level;
        var index =
            IntStream.range(0, members.size())
                .filter(i -> members.get(i).name().equals(name))
                .findFirst();
        if (index.isEmpty()) {
          return null;
        }
        indexes[depth] = index.getAsInt();
        level = members.get(index.getAsInt()).components();
      }
      return indexes;
    }
  }

  /** Returns the arguments of a log. */
  Tuple decode(RawLog log) {
    var topics = new byte[log.topics().size()][];
    for (var i = 0; i < topics.length; i++) {
      topics[i] = bytes("topics[" + i + "]", log.topics().get(i));
    }
    var data = bytes("data", log.data());
    try {
      return signature.abi().decodeArgs(topics, data);
    } catch (IllegalArgumentException | BufferUnderflowException | ArithmeticException e) {
      throw new UnreadableValue(
          "topics, data",
          String.join(" ", log.topics()) + " " + log.data(),
          "not the arguments of %s%s"
              .formatted(signature, e.getMessage() == null ? "" : ": " + e.getMessage().strip()));
    }
  }

  private static byte[] bytes(String field, String hex) {
    var bytes = Hex.bytes(hex);
    if (bytes == null) {
      throw new UnreadableValue(field, hex, "not 0x and pairs of hex digits");
    }
    return bytes;
  }

  /**
   * Returns the texts of arguments that are addresses, numbers or bytes; null for the others. Both
   * {@link #values} and {@link #json} need them.
   */
  @Nullable String[] texts(Tuple arguments) {
    var texts = new @Nullable String[arguments.size()];
    for (var i = 0; i < texts.length; i++) {
      texts[i] =
          switch (arguments.<Object>get(i)) {
            case Address address -> address(address);
            case Number number -> number.toString();
            case byte[] bytes -> "0x" + HEX.formatHex(bytes);
            default -> null;
          };
    }
    return texts;
  }

  /** Returns the values of the columns in PostgreSQL's text form. */
  List<@Nullable String> values(RawLog log, Tuple arguments, @Nullable String[] texts) {
    var values = new ArrayList<@Nullable String>(columns.size());
    for (var source : columns) {
      values.add(source.column().isEmitter() ? log.address() : value(source, arguments, texts));
    }
    return values;
  }

  private static @Nullable String value(
      ColumnSource source, Tuple arguments, @Nullable String[] texts) {
    var indexes = source.indexes();
    if (indexes == null) {
      return null;
    }
    var text = indexes.length == 1 ? texts[indexes[0]] : null;
    if (text != null) {
      switch (source.column().type()) {
        case ADDRESS, AMOUNT, SIGNED_AMOUNT, HASH -> {
          return text;
        }
        default -> {}
      }
    }
    return value(source.column().type(), source.path(), at(arguments, indexes));
  }

  private static Object at(Tuple arguments, int[] indexes) {
    Object value = arguments;
    for (var index : indexes) {
      value = ((Tuple) value).get(index);
    }
    return value;
  }

  /** Checks what the argument's type leaves open. */
  private static String value(EventColumn.Type type, String field, Object value) {
    return switch (type) {
      case ADDRESS -> address((Address) value);
      case AMOUNT, SIGNED_AMOUNT -> value.toString();
      case COUNT -> atMost(DecodedLog.MAX_COUNT, field, (Number) value);
      case BIPS -> atMost(DecodedLog.MAX_BIPS, field, (Number) value);
      case HASH -> "0x" + HEX.formatHex((byte[]) value);
      case TEXT -> new StorableText((String) value).value();
      case REGISTRATION_STATUS -> DecodedLog.registrationStatus(field, value.toString());
      case ADDRESSES, AMOUNTS -> list(value);
      case FLAG -> value.toString();
      case MULTIPLIERS -> amountsBy("strategy", "multiplier", value);
      case OPERATOR_REWARDS -> amountsBy("operator", "amount", value);
      case OPERATOR_SET -> {
        var set = (Tuple) value;
        yield address(set.get(0)) + "-" + set.get(1);
      }
    };
  }

  private static String address(Address address) {
    // at most one byte more than an address has, which is 0
    var bytes = address.value().toByteArray();
    var missing = Math.max(0, ADDRESS_BYTES - bytes.length);
    var surplus = Math.max(0, bytes.length - ADDRESS_BYTES);
    return "0x" + "00".repeat(missing) + HEX.formatHex(bytes, surplus, bytes.length);
  }

  private static String atMost(BigInteger max, String field, Number value) {
    var text = value.toString();
    if (!(value instanceof BigInteger)
        && value.longValue() >= 0
        && value.longValue() <= max.longValueExact()) {
      return text;
    }
    DecodedLog.within(field, text, new BigInteger(text), BigInteger.ZERO, max);
    return text;
  }

  private static String list(Object values) {
    var text = new StringBuilder("{");
    for (var i = 0; i < Array.getLength(values); i++) {
      var item = Array.get(values, i);
      text.append(i == 0 ? "" : ",").append(item instanceof Address a ? address(a) : item);
    }
    return text.append('}').toString();
  }

  /** Returns a JSON list of an address and an amount each. */
  private static String amountsBy(String address, String amount, Object structs) {
    var json = new StringBuilder("[");
    for (var i = 0; i < Array.getLength(structs); i++) {
      var struct = (Tuple) Array.get(structs, i);
      json.append(i == 0 ? "{\"" : ",{\"").append(address).append("\":\"");
      json.append(address(struct.get(0))).append("\",\"").append(amount).append("\":\"");
      json.append(struct.<Object>get(1)).append("\"}");
    }
    return json.append(']').toString();
  }

  /** Appends the arguments as a JSON object. */
  void json(Tuple arguments, @Nullable String[] texts, CopyText json) {
    var all = signature.arguments();
    json.plain("{");
    for (var i = 0; i < all.size(); i++) {
      json.plain(i == 0 ? "\"" : ",\"").plain(all.get(i).name()).plain("\":");
      var text = texts[i];
      if (text == null) {
        json(all.get(i), arguments.get(i), json);
      } else {
        quoted(text, json);
      }
    }
    json.plain("}");
  }

  private static void quoted(String text, CopyText json) {
    json.plain("\"").plain(text).plain("\"");
  }

  private static void struct(List<Argument> arguments, Tuple values, CopyText json) {
    json.plain("{");
    for (var i = 0; i < arguments.size(); i++) {
      json.plain(i == 0 ? "\"" : ",\"").plain(arguments.get(i).name()).plain("\":");
      json(arguments.get(i), values.get(i), json);
    }
    json.plain("}");
  }

  private static void json(Argument argument, Object value, CopyText json) {
    switch (value) {
      case Tuple struct -> struct(argument.components(), struct, json);
      case Address address -> quoted(address(address), json);
      case byte[] bytes -> quoted("0x" + HEX.formatHex(bytes), json);
      case Boolean truth -> json.plain(truth.toString());
      case Number number -> quoted(number.toString(), json);
      case String text -> {
        json.plain("\"");
        json.escaped(JsonStringEncoder.getInstance().quoteAsUTF8(new StorableText(text).value()));
        json.plain("\"");
      }
      default -> array(argument, value, json);
    }
  }

  private static void array(Argument argument, Object values, CopyText json) {
    json.plain("[");
    for (var i = 0; i < Array.getLength(values); i++) {
      json.plain(i == 0 ? "" : ",");
      json(argument, Array.get(values, i), json);
    }
    json.plain("]");
  }
}
