package dev.operatoranalytics.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.chain.Hex;
import dev.operatoranalytics.database.StorableText;
import dev.operatoranalytics.event.EventColumn;
import dev.operatoranalytics.event.EventKind;
import dev.operatoranalytics.event.EventKinds;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of decoded logs: {@code {"event", "tx_hash", "log_index", "block_number", "block_time",
 * "contract", "data": {…}}}. A value that cannot be read throws an {@link UnreadableValue} that
 * names its field; nothing is guessed.
 */
final class DecodedLog {
  private static final String BLOCK_TIME = "block_time";
  private static final String CONTRACT = "contract";
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern DIGITS = Pattern.compile("0|[1-9][0-9]{0,77}");
  private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,64}");
  private static final Pattern NEGATIVE_DIGITS = Pattern.compile("-[1-9][0-9]{0,76}");
  private static final BigInteger MAX_AMOUNT = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
  private static final BigInteger MIN_SIGNED_AMOUNT = BigInteger.TWO.pow(255).negate();
  private static final BigInteger MAX_SIGNED_AMOUNT =
      BigInteger.TWO.pow(255).subtract(BigInteger.ONE);
  // blocks, delays, numbers of sets and instants are uint32 in the contracts
  static final BigInteger MAX_COUNT = BigInteger.valueOf(0xFFFF_FFFFL);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);
  static final BigInteger MAX_BIPS = BigInteger.valueOf(10_000);
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd[' ']['T']HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendPattern("[' UTC'][XXX][X]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private final StorableText text;
  private final JsonNode line;
  private final JsonNode data;
  private final String event;

  private DecodedLog(StorableText text, JsonNode line, JsonNode data, String event) {
    this.text = text;
    this.line = line;
    this.data = data;
    this.event = event;
  }

  static DecodedLog parse(byte[] utf8) {
    var text = StorableText.ofJson(new String(utf8, StandardCharsets.UTF_8));
    try (var parser = JSON.createParser(text.value())) {
      var line = JsonNodeTreeCodec.getInstance().readTree(parser);
      if (parser.nextToken() != null || !line.isObject()) {
        throw new UnreadableValue("", text.value(), "not one JSON object");
      }
      return of(text, line);
    } catch (JsonProcessingException e) {
      throw new UnreadableValue("", text.value(), "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UnreadableValue("", text.value(), "not JSON: " + e.getMessage());
    }
  }

  private static DecodedLog of(StorableText text, JsonNode line) {
    var event = line.get("event");
    if (event == null || !event.isString()) {
      throw new UnreadableValue("event", raw(event), "a log says which event it is");
    }
    var data = line.get("data");
    if (data == null || !data.isObject()) {
      throw new UnreadableValue("data", raw(data), "a log carries its arguments");
    }
    return new DecodedLog(text, line, data, event.getStringValue());
  }

  /** Returns the kind of the log; empty when it is unknown. */
  Optional<EventKind> kind() {
    return EventKinds.find(event, argument -> data.get(argument) != null);
  }

  /** Returns the line in a form that PostgreSQL can store. */
  StorableText text() {
    return text;
  }

  /** Returns the id, unique on the chain. */
  String id() {
    return transactionHash() + "-" + logIndex();
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

  /** Returns Unix seconds. */
  long blockTime(TimeBounds bounds) {
    var node = line.get(BLOCK_TIME);
    var seconds = seconds(node);
    bounds.check(BLOCK_TIME, raw(node), seconds);
    return seconds;
  }

  /** Returns the text of the line, unchanged. */
  String rawBlockTime() {
    return raw(line.get(BLOCK_TIME));
  }

  private static long seconds(@Nullable JsonNode node) {
    if (node != null && (node.isNumber() || isWhole(node))) {
      return integer(BLOCK_TIME, node, MAX_LONG).longValueExact();
    }
    try {
      if (node != null && node.isString()) {
        return instant(node.getStringValue()).getEpochSecond();
      }
    } catch (DateTimeException e) {
      throw new UnreadableValue(BLOCK_TIME, raw(node), "not a time");
    }
    throw new UnreadableValue(BLOCK_TIME, raw(node), "not a time");
  }

  /** Returns the block hash, which distinguishes blocks of the same number; null when absent. */
  @Nullable String blockHash() {
    for (var name : List.of("block_hash", "blockHash")) {
      var node = line.get(name);
      if (node != null && !node.isNull()) {
        return hash(name, node);
      }
    }
    return null;
  }

  /** Whether the line is marked as removed: its block left the chain. */
  boolean isRemoved() {
    var node = line.get("removed");
    if (node == null || node.isNull()) {
      return false;
    }
    return switch (raw(node).toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new UnreadableValue("removed", raw(node), "neither true nor false");
    };
  }

  @Nullable String contract() {
    var node = line.get(CONTRACT);
    return node == null || node.isNull() ? null : address(CONTRACT, node);
  }

  /**
   * Returns the value of a column in PostgreSQL's text form; null when an optional one is absent.
   */
  @Nullable String column(EventColumn column) {
    if (column.isEmitter()) {
      return address(CONTRACT, line.get(CONTRACT));
    }
    JsonNode node = null;
    var path = column.paths().getFirst();
    for (var candidate : column.paths()) {
      node = at(candidate);
      if (node != null) {
        path = candidate;
        break;
      }
    }
    if (node == null && column.isOptional()) {
      return null;
    }
    var field = "data." + path;
    return switch (column.type()) {
      case ADDRESS -> address(field, node);
      case ADDRESSES -> list(field, node, DecodedLog::address);
      case AMOUNT -> integer(field, node, MAX_AMOUNT).toString();
      case SIGNED_AMOUNT -> signed(field, node).toString();
      case AMOUNTS -> list(field, node, (name, item) -> integer(name, item, MAX_AMOUNT).toString());
      case COUNT -> Long.toString(count(field, node));
      case BIPS -> integer(field, node, MAX_BIPS).toString();
      case HASH -> hash(field, node);
      case TEXT -> text(field, node);
      case REGISTRATION_STATUS -> registrationStatus(field, node);
      case OPERATOR_SET -> operatorSet(field, node);
      case FLAG -> flag(field, node);
      case MULTIPLIERS -> amountsBy("strategy", "multiplier", field, node);
      case OPERATOR_REWARDS -> amountsBy("operator", "amount", field, node);
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
    return hash(field, text(field, node));
  }

  static String hash(String field, String text) {
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
    return integer(field, node, MAX_COUNT).longValueExact();
  }

  static long count(String field, long value) {
    return within(
            field, Long.toString(value), BigInteger.valueOf(value), BigInteger.ZERO, MAX_COUNT)
        .longValueExact();
  }

  private static String operatorSet(String field, @Nullable JsonNode node) {
    if (node == null || !node.isObject()) {
      throw new UnreadableValue(field, raw(node), "not an operator set {avs, id}");
    }
    return address(field + ".avs", node.get("avs")) + "-" + count(field + ".id", node.get("id"));
  }

  private static String flag(String field, @Nullable JsonNode node) {
    if (node != null && node.isBoolean()) {
      return Boolean.toString(node.getBooleanValue());
    }
    return switch (node == null ? "" : raw(node)) {
      case "true", "1" -> "true";
      case "false", "0" -> "false";
      default -> throw new UnreadableValue(field, raw(node), "neither true nor false");
    };
  }

  /** Returns a JSON list of an address and an amount each. */
  private static String amountsBy(
      String address, String amount, String field, @Nullable JsonNode node) {
    if (node == null || !node.isArray()) {
      throw new UnreadableValue(field, raw(node), "not a list");
    }
    var items = new ArrayList<String>();
    for (var i = 0; i < node.size(); i++) {
      var item = node.get(i);
      var place = "%s[%s].".formatted(field, i);
      if (item == null || !item.isObject()) {
        throw new UnreadableValue(
            place, raw(item), "not an object {%s, %s}".formatted(address, amount));
      }
      items.add(
          "{\"%s\": \"%s\", \"%s\": \"%s\"}"
              .formatted(
                  address,
                  address(place + address, item.get(address)),
                  amount,
                  integer(place + amount, item.get(amount), MAX_AMOUNT)));
    }
    return items.toString();
  }

  private static String registrationStatus(String field, @Nullable JsonNode node) {
    return registrationStatus(
        field, node == null ? "" : node.isNumber() ? raw(node) : text(field, node));
  }

  static String registrationStatus(String field, String text) {
    return switch (text) {
      case "1", "REGISTERED" -> "REGISTERED";
      case "0", "UNREGISTERED" -> "UNREGISTERED";
      default -> throw new UnreadableValue(field, text, "neither 0 nor 1");
    };
  }

  private static BigInteger integer(String field, @Nullable JsonNode node, BigInteger max) {
    if (node == null || node.isNull()) {
      throw new UnreadableValue(field, raw(node), "missing");
    }
    return within(field, raw(node), whole(field, node), BigInteger.ZERO, max);
  }

  private static BigInteger signed(String field, @Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      throw new UnreadableValue(field, raw(node), "missing");
    }
    var value =
        node.isString() && NEGATIVE_DIGITS.matcher(node.getStringValue()).matches()
            ? new BigInteger(node.getStringValue())
            : whole(field, node);
    return within(field, raw(node), value, MIN_SIGNED_AMOUNT, MAX_SIGNED_AMOUNT);
  }

  private static BigInteger whole(String field, JsonNode node) {
    if (node.isNumber()) {
      return exact(field, node);
    }
    if (!isWhole(node)) {
      throw new UnreadableValue(field, raw(node), "not a whole number");
    }
    var text = node.getStringValue();
    return text.startsWith("0x") ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
  }

  static BigInteger within(
      String field, String raw, BigInteger value, BigInteger min, BigInteger max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new UnreadableValue(field, raw, "outside %s..%s".formatted(min, max));
    }
    return value;
  }

  private static boolean isWhole(JsonNode node) {
    return node.isString()
        && (DIGITS.matcher(node.getStringValue()).matches()
            || HEX.matcher(node.getStringValue()).matches());
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
    return switch (TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from)) {
      case OffsetDateTime time -> time.toInstant();
      case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
      default -> throw new DateTimeException(text);
    };
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
