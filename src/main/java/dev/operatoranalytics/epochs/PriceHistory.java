package dev.operatoranalytics.epochs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.chain.StorageKey;
import dev.operatoranalytics.epochs.EpochDocument.RecordedPrice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The price history that every document repeats, stored as references to {@code
 * chain_share_prices}. In a stored document
 *
 * <pre>"entries": [ {"key":["0"],"value":"0x…,999999431590008824"}, … ]</pre>
 *
 * becomes
 *
 * <pre>"entries": {"form":"INDEX","references":[ [0,768,0], … ]}</pre>
 *
 * Each reference holds the differences of operator and epoch to the previous reference, and the
 * domain. An entry of another format, or one that contradicts the stored price, stays in full among
 * the references.
 */
final class PriceHistory {

  /** The format of the field {@code key} of entries. */
  enum EntryKeyForm {
    /** The position: {@code "key":["0"]}. */
    INDEX,
    /** Operator, domain and epoch: {@code "key":["0","[0,5]"]}. */
    ARGUMENTS;

    private String keys(int position, RecordedPrice.SharePriceKey key) {
      return switch (this) {
        case INDEX -> "\"" + position + "\"";
        case ARGUMENTS ->
            "\"%s\",\"[%s,%s]\"".formatted(key.operatorId(), key.domainId(), key.epoch());
      };
    }

    /** Whether the keys of an entry have this format. */
    boolean matches(int position, RecordedPrice.SharePriceKey key, List<String> keys) {
      return switch (this) {
        case INDEX -> keys.size() == 1 && keys.getFirst().equals(Integer.toString(position));
        case ARGUMENTS ->
            keys.size() == 2
                && keys.getFirst().equals(Integer.toString(key.operatorId()))
                && keys.getLast().equals("[" + key.domainId() + "," + key.epoch() + "]");
      };
    }
  }

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private int operatorId;
  private int epoch;
  private boolean isFirst = true;

  PriceHistory(EntryKeyForm form) {
    append("{\"form\":\"" + form + "\",\"references\":[");
  }

  void addReference(RecordedPrice.SharePriceKey to) {
    separate();
    append(
        "["
            + (to.operatorId() - operatorId)
            + ","
            + (to.epoch() - epoch)
            + ","
            + to.domainId()
            + "]");
    operatorId = to.operatorId();
    epoch = to.epoch();
  }

  void addEntry(byte[] document, int from, int to) {
    separate();
    text.write(document, from, to - from);
  }

  byte[] end() {
    append("]}");
    return text.toByteArray();
  }

  /** The text of an entry that a reference can replace. */
  static String value(RecordedPrice.SharePriceKey key, long price) {
    var storageKey =
        new StorageKey(
            StorageKey.StorageMap.SHARE_PRICES, key.operatorId(), key.domainId(), key.epoch());
    return storageKey + "," + price;
  }

  /** The references of a stored document. */
  static Set<RecordedPrice.SharePriceKey> references(byte[] stored) throws IOException {
    var found = new HashSet<RecordedPrice.SharePriceKey>();
    var history = find(stored);
    if (history != null) {
      history.elements.stream().filter(e -> e.key != null).forEach(e -> found.add(e.key));
    }
    return found;
  }

  /** The original document, with its price history restored. */
  static byte[] expand(byte[] stored, ToLongFunction<RecordedPrice.SharePriceKey> prices)
      throws IOException {
    var history = find(stored);
    if (history == null) {
      return stored;
    }
    var result = new ByteArrayOutputStream(2 * stored.length);
    result.write(stored, 0, history.from);
    for (var i = 0; i < history.elements.size(); i++) {
      var element = history.elements.get(i);
      result.write(i == 0 ? '[' : ',');
      if (element.key == null) {
        result.write(stored, element.from, element.to - element.from);
      } else {
        result.writeBytes(entry(history.form, i, element.key, prices.applyAsLong(element.key)));
      }
    }
    result.writeBytes(bytes(history.elements.isEmpty() ? "[]" : "]"));
    result.write(stored, history.to, stored.length - history.to);
    return result.toByteArray();
  }

  /** The stored document with the given entries in full in place of their references. */
  static byte[] withEntries(byte[] stored, Map<RecordedPrice.SharePriceKey, Long> entries)
      throws IOException {
    var history = find(stored);
    if (history == null) {
      return stored;
    }
    var rewritten = new PriceHistory(history.form);
    for (var i = 0; i < history.elements.size(); i++) {
      var element = history.elements.get(i);
      var price = element.key == null ? null : entries.get(element.key);
      if (element.key == null) {
        rewritten.addEntry(stored, element.from, element.to);
      } else if (price == null) {
        rewritten.addReference(element.key);
      } else {
        var entry = entry(history.form, i, element.key, price);
        rewritten.addEntry(entry, 0, entry.length);
      }
    }
    var result = new ByteArrayOutputStream(stored.length);
    result.write(stored, 0, history.from);
    result.writeBytes(rewritten.end());
    result.write(stored, history.to, stored.length - history.to);
    return result.toByteArray();
  }

  private static byte[] entry(
      EntryKeyForm form, int position, RecordedPrice.SharePriceKey key, long price) {
    return bytes(
        "{\"key\":[" + form.keys(position, key) + "],\"value\":\"" + value(key, price) + "\"}");
  }

  /**
   * A reference, or an entry in full as bytes of the document.
   *
   * @param key null for an entry
   */
  private record Element(RecordedPrice.@Nullable SharePriceKey key, int from, int to) {}

  /** The references of a stored document and their byte range. */
  private record Found(EntryKeyForm form, List<Element> elements, int from, int to) {}

  private static @Nullable Found find(byte[] stored) throws IOException {
    try (var json = Documents.JSON.createParser(stored)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var isHistory = json.currentName().equals(DocumentParser.PRICES);
        if (json.nextToken() != JsonToken.START_OBJECT || !isHistory) {
          json.skipChildren();
          continue;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          var isEntries = json.currentName().equals("entries");
          if (json.nextToken() == JsonToken.START_OBJECT && isEntries) {
            return read(json);
          }
          json.skipChildren();
        }
      }
      return null;
    }
  }

  private static Found read(JsonParser json) throws IOException {
    var from = DocumentParser.start(json);
    json.nextToken();
    var form = EntryKeyForm.valueOf(json.nextTextValue());
    json.nextToken();
    json.nextToken();
    var elements = new ArrayList<Element>();
    var operatorId = 0;
    var epoch = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_ARRAY) {
        operatorId += json.nextIntValue(0);
        epoch += json.nextIntValue(0);
        var domainId = json.nextLongValue(0);
        elements.add(
            new Element(new RecordedPrice.SharePriceKey(operatorId, domainId, epoch), 0, 0));
        json.nextToken();
      } else {
        var start = DocumentParser.start(json);
        json.skipChildren();
        elements.add(new Element(null, start, DocumentParser.end(json)));
      }
    }
    json.nextToken();
    return new Found(form, elements, from, DocumentParser.end(json));
  }

  private void separate() {
    if (!isFirst) {
      text.write(',');
    }
    isFirst = false;
  }

  private void append(String part) {
    text.writeBytes(bytes(part));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
