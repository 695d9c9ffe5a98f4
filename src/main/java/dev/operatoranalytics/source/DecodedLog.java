package dev.operatoranalytics.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.chain.Hex;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of decoded logs: {@code {"event", "tx_hash", "log_index", "block_number", "block_time",
 * "contract", "data": {…}}}. Whatever cannot be read is an {@link UnreadableValue} that names its
 * field; nothing is guessed.
 */
final class DecodedLog {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern DIGITS = Pattern.compile("0|[1-9][0-9]{0,77}");
  private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,64}");
  private static final BigInteger GREATEST_AMOUNT =
      BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
  private static final BigInteger GREATEST_COUNT = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger GREATEST_BIPS = BigInteger.valueOf(10_000);
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd")
          .appendLiteral(' ')
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT)
          // the 30th of February is no day, and not the 28th
          .withResolverStyle(ResolverStyle.STRICT);

  private final JsonNode line;
  private final JsonNode data;
  private final String event;

  private DecodedLog(JsonNode line, JsonNode data, String event) {
    this.line = line;
    this.data = data;
    this.event = event;
  }

  static DecodedLog parse(byte[] text) {
    try (var parser = JSON.createParser(text)) {
      var line = JsonNodeTreeCodec.getInstance().readTree(parser);
      if (parser.nextToken() != null || !line.isObject()) {
        throw new UnreadableValue("", raw(text), "not one JSON object");
      }
      var event = line.get("event");
      if (event == null || !event.isString()) {
        throw new UnreadableValue("event", raw(event), "a log says which event it is");
      }
      var data = line.get("data");
      if (data == null || !data.isObject()) {
        throw new UnreadableValue("data", raw(data), "a log carries its arguments");
      }
      return new DecodedLog(line, data, event.getStringValue());
    } catch (JsonProcessingException e) {
      throw new UnreadableValue("", raw(text), "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UnreadableValue("", raw(text), "not JSON: " + e.getMessage());
    }
  }

  String event() {
    return event;
  }

  String transactionHash() {
    return hash("tx_hash", line.get("tx_hash"));
  }

  long logIndex() {
    return count("log_index", line.get("log_index"));
  }

  long blockNumber() {
    return count("block_number", line.get("block_number"));
  }

  /** Unix seconds. */
  long blockTime() {
    var node = line.get("block_time");
    if (node != null && node.isNumber()) {
      return count("block_time", node);
    }
    try {
      if (node != null && node.isString()) {
        return instant(node.getStringValue()).getEpochSecond();
      }
    } catch (DateTimeException e) {
      throw new UnreadableValue("block_time", raw(node), "not a time");
    }
    throw new UnreadableValue("block_time", raw(node), "not a time");
  }

  @Nullable String contract() {
    var node = line.get("contract");
    return node == null || node.isNull() ? null : address("contract", node);
  }

  /** The value of a column as PostgreSQL's text form reads it. */
  String column(EventKind.EventColumn column) {
    JsonNode node = null;
    var path = column.paths().getFirst();
    for (var candidate : column.paths()) {
      node = at(candidate);
      if (node != null) {
        path = candidate;
        break;
      }
    }
    var field = "data." + path;
    return switch (column.type()) {
      case ADDRESS -> address(field, node);
      case ADDRESSES -> list(field, node, DecodedLog::address);
      case AMOUNT -> integer(field, node, GREATEST_AMOUNT).toString();
      case AMOUNTS ->
          list(field, node, (name, item) -> integer(name, item, GREATEST_AMOUNT).toString());
      case COUNT -> Long.toString(count(field, node));
      case BIPS -> integer(field, node, GREATEST_BIPS).toString();
      case HASH -> hash(field, node);
      case TEXT -> text(field, node);
      case REGISTRATION_STATUS -> registrationStatus(field, node);
      case OPERATOR_SET -> operatorSet(field, node);
    };
  }

  private @Nullable JsonNode at(String path) {
    var node = data;
    for (var name : path.split("\\.")) {
      if (!node.isObject()) {
        return null;
      }
      var next = node.get(name);
      if (next == null) {
        return null;
      }
      node = next;
    }
    return node;
  }

  private interface Reader {
    String read(String field, @Nullable JsonNode node);
  }

  private static String list(String field, @Nullable JsonNode node, Reader reader) {
    if (node == null || !node.isArray()) {
      throw new UnreadableValue(field, raw(node), "not a list");
    }
    var text = new StringBuilder("{");
    for (var i = 0; i < node.size(); i++) {
      text.append(i == 0 ? "" : ",").append(reader.read(field + "[" + i + "]", node.get(i)));
    }
    return text.append('}').toString();
  }

  private static String address(String field, @Nullable JsonNode node) {
    try {
      return new Address(text(field, node)).value();
    } catch (IllegalArgumentException e) {
      throw new UnreadableValue(field, raw(node), "not an address (0x and 40 hex digits)");
    }
  }

  private static String hash(String field, @Nullable JsonNode node) {
    var text = text(field, node);
    if (!Hex.is(text, 64)) {
      throw new UnreadableValue(field, text, "not a hash (0x and 64 hex digits)");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  private static String text(String field, @Nullable JsonNode node) {
    if (node == null || !node.isString()) {
      throw new UnreadableValue(field, raw(node), node == null ? "missing" : "not a text");
    }
    return node.getStringValue();
  }

  private static long count(String field, @Nullable JsonNode node) {
    return integer(field, node, GREATEST_COUNT).longValueExact();
  }

  private static String operatorSet(String field, @Nullable JsonNode node) {
    if (node == null || !node.isObject()) {
      throw new UnreadableValue(field, raw(node), "not an operator set {avs, id}");
    }
    return address(field + ".avs", node.get("avs")) + "-" + count(field + ".id", node.get("id"));
  }

  private static String registrationStatus(String field, @Nullable JsonNode node) {
    var text = node == null ? "" : node.isNumber() ? raw(node) : text(field, node);
    return switch (text) {
      case "1", "REGISTERED" -> "REGISTERED";
      case "0", "UNREGISTERED" -> "UNREGISTERED";
      default -> throw new UnreadableValue(field, raw(node), "neither 0 nor 1");
    };
  }

  private static BigInteger integer(String field, @Nullable JsonNode node, BigInteger greatest) {
    if (node == null || node.isNull()) {
      throw new UnreadableValue(field, raw(node), "missing");
    }
    BigInteger value;
    if (node.isNumber()) {
      value = exact(field, node);
    } else if (node.isString() && DIGITS.matcher(node.getStringValue()).matches()) {
      value = new BigInteger(node.getStringValue());
    } else if (node.isString() && HEX.matcher(node.getStringValue()).matches()) {
      value = new BigInteger(node.getStringValue().substring(2), 16);
    } else {
      throw new UnreadableValue(field, raw(node), "not a whole number");
    }
    if (value.signum() < 0 || value.compareTo(greatest) > 0) {
      throw new UnreadableValue(field, raw(node), "outside 0.." + greatest);
    }
    return value;
  }

  private static BigInteger exact(String field, JsonNode node) {
    return switch (node.getNumberValue()) {
      case Integer i -> BigInteger.valueOf(i);
      case Long l -> BigInteger.valueOf(l);
      case BigInteger big -> big;
      default -> throw new UnreadableValue(field, raw(node), "not a whole number");
    };
  }

  private static Instant instant(String text) {
    return text.indexOf('T') < 0
        ? LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC)
        : OffsetDateTime.parse(text).toInstant();
  }

  private static String raw(byte[] text) {
    return new String(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String raw(@Nullable JsonNode node) {
    if (node == null) {
      return "";
    }
    if (node.isString()) {
      return node.getStringValue();
    }
    if (node.isNumber() && node.getNumberValue() instanceof BigDecimal decimal) {
      return decimal.toString();
    }
    return node.isNumber() ? node.getNumberValue().toString() : String.valueOf(node.getValue());
  }
}
