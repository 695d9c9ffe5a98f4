package dev.operatoranalytics.pipeline.oracle;

import com.fasterxml.jackson.core.JsonFactory;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A decoded log of a file, read without the importer.
 *
 * @param time unix seconds
 */
public record Log(
    String event, String transaction, long block, long index, long time, JsonNode data) {
  static final Comparator<Log> CHAIN =
      Comparator.comparingLong(Log::block).thenComparingLong(Log::index);

  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  public static Log parse(String line) {
    try (var parser = JSON.createParser(line)) {
      var log = JsonNodeTreeCodec.getInstance().readTree(parser);
      return new Log(
          at(log, "event").getStringValue(),
          at(log, "tx_hash").getStringValue(),
          at(log, "block_number").getLongValue(),
          at(log, "log_index").getLongValue(),
          LocalDateTime.parse(at(log, "block_time").getStringValue(), TIME)
              .toEpochSecond(ZoneOffset.UTC),
          at(log, "data"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean has(String field) {
    return data.get(field) != null;
  }

  /** An address or another name, in lower case. */
  String name(String... path) {
    return find(path).coerceStringValue().toLowerCase(Locale.ROOT);
  }

  BigInteger amount(String... path) {
    return new BigInteger(find(path).coerceStringValue());
  }

  long number(String... path) {
    return amount(path).longValueExact();
  }

  List<String> names(String... path) {
    return items(path).map(item -> item.toLowerCase(Locale.ROOT)).toList();
  }

  List<BigInteger> amounts(String... path) {
    return items(path).map(BigInteger::new).toList();
  }

  /** {@code <avs>-<number>}. */
  String operatorSet() {
    return name("operatorSet", "avs") + "-" + amount("operatorSet", "id");
  }

  private Stream<String> items(String... path) {
    var items = Stream.<String>builder();
    find(path).values().forEach(item -> items.add(item.coerceStringValue()));
    return items.build();
  }

  private JsonNode find(String... path) {
    var node = data;
    for (var field : path) {
      node = at(node, field);
    }
    return node;
  }

  private static JsonNode at(JsonNode node, String field) {
    @Nullable JsonNode found = node.get(field);
    if (found == null) {
      throw new IllegalArgumentException("no " + field + " in " + node.getValue());
    }
    return found;
  }
}
