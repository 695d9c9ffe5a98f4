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
 * The price history that every document repeats, told as references to {@code chain_share_prices}.
 * In a kept document
 *
 * <pre>"entries": [ {"key":["0"],"value":"0x…,999999431590008824"}, … ]</pre>
 *
 * becomes
 *
 * <pre>"entries": {"form":"INDEX","references":[ [0,768,0], … ]}</pre>
 *
 * each reference telling operator and epoch as differences to the reference before, and the domain.
 * An entry that is written in another way, or that contradicts what is stored, stays as it is among
 * the references.
 */
final class PriceHistory {

  /** How entries are keyed beside their storage key. */
  enum Form {
    /** By their position: {@code "key":["0"]}. */
    INDEX,
    /** By what they are of: {@code "key":["0","[0,5]"]}. */
    ARGUMENTS;

    private String keys(int position, RecordedPrice.Key of) {
      return switch (this) {
        case INDEX -> "\"" + position + "\"";
        case ARGUMENTS ->
            "\"%s\",\"[%s,%s]\"".formatted(of.operatorId(), of.domainId(), of.epoch());
      };
    }

    /** Whether the keys of an entry are those that this form would give it. */
    boolean fits(int position, RecordedPrice.Key of, List<String> keys) {
      return switch (this) {
        case INDEX -> keys.size() == 1 && keys.getFirst().equals(Integer.toString(position));
        case ARGUMENTS ->
            keys.size() == 2
                && keys.getFirst().equals(Integer.toString(of.operatorId()))
                && keys.getLast().equals("[" + of.domainId() + "," + of.epoch() + "]");
      };
    }
  }

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private int operatorId;
  private int epoch;
  private boolean isFirst = true;

  PriceHistory(Form form) {
    plain("{\"form\":\"" + form + "\",\"references\":[");
  }

  void refer(RecordedPrice.Key to) {
    separate();
    plain(
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

  void keep(byte[] document, int from, int to) {
    separate();
    text.write(document, from, to - from);
  }

  byte[] end() {
    plain("]}");
    return text.toByteArray();
  }

  /** The text that an entry must have for a reference to say as much. */
  static String value(RecordedPrice.Key of, long price) {
    var key =
        new StorageKey(StorageKey.Map.SHARE_PRICES, of.operatorId(), of.domainId(), of.epoch());
    return key + "," + price;
  }

  /** What a kept document refers to. */
  static Set<RecordedPrice.Key> references(byte[] kept) throws IOException {
    var found = new HashSet<RecordedPrice.Key>();
    var history = find(kept);
    if (history != null) {
      history.elements.stream().filter(e -> e.of != null).forEach(e -> found.add(e.of));
    }
    return found;
  }

  /** The document as it came, its history written out again. */
  static byte[] writtenOut(byte[] kept, ToLongFunction<RecordedPrice.Key> prices)
      throws IOException {
    var history = find(kept);
    if (history == null) {
      return kept;
    }
    var whole = new ByteArrayOutputStream(2 * kept.length);
    whole.write(kept, 0, history.from);
    for (var i = 0; i < history.elements.size(); i++) {
      var element = history.elements.get(i);
      whole.write(i == 0 ? '[' : ',');
      if (element.of == null) {
        whole.write(kept, element.from, element.to - element.from);
      } else {
        whole.writeBytes(entry(history.form, i, element.of, prices.applyAsLong(element.of)));
      }
    }
    whole.writeBytes(bytes(history.elements.isEmpty() ? "[]" : "]"));
    whole.write(kept, history.to, kept.length - history.to);
    return whole.toByteArray();
  }

  /** The same kept document, but some entries written out among the references. */
  static byte[] written(byte[] kept, Map<RecordedPrice.Key, Long> entries) throws IOException {
    var history = find(kept);
    if (history == null) {
      return kept;
    }
    var rewritten = new PriceHistory(history.form);
    for (var i = 0; i < history.elements.size(); i++) {
      var element = history.elements.get(i);
      var price = element.of == null ? null : entries.get(element.of);
      if (element.of == null) {
        rewritten.keep(kept, element.from, element.to);
      } else if (price == null) {
        rewritten.refer(element.of);
      } else {
        var entry = entry(history.form, i, element.of, price);
        rewritten.keep(entry, 0, entry.length);
      }
    }
    var whole = new ByteArrayOutputStream(kept.length);
    whole.write(kept, 0, history.from);
    whole.writeBytes(rewritten.end());
    whole.write(kept, history.to, kept.length - history.to);
    return whole.toByteArray();
  }

  private static byte[] entry(Form form, int position, RecordedPrice.Key of, long price) {
    return bytes(
        "{\"key\":[" + form.keys(position, of) + "],\"value\":\"" + value(of, price) + "\"}");
  }

  /**
   * A reference, or an entry kept as bytes of the document.
   *
   * @param of null for an entry
   */
  private record Element(RecordedPrice.@Nullable Key of, int from, int to) {}

  /** Where the references stand in a kept document. */
  private record Found(Form form, List<Element> elements, int from, int to) {}

  private static @Nullable Found find(byte[] kept) throws IOException {
    try (var json = Documents.JSON.createParser(kept)) {
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
    var form = Form.valueOf(json.nextTextValue());
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
        elements.add(new Element(new RecordedPrice.Key(operatorId, domainId, epoch), 0, 0));
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

  private void plain(String part) {
    text.writeBytes(bytes(part));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
