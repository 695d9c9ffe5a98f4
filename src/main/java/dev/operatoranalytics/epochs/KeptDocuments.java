package dev.operatoranalytics.epochs;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.operatoranalytics.epochs.EpochDocument.Origin;
import dev.operatoranalytics.epochs.EpochDocument.RecordedPrice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The documents of the table {@code epochs}, as they came. */
public final class KeptDocuments {
  private final Connection connection;

  public KeptDocuments(Connection connection) {
    this.connection = connection;
  }

  /**
   * A document, its price history written out again.
   *
   * @param row JSON: the columns of its row, and the document in {@code data}
   */
  record Kept(Origin origin, byte[] row) {}

  public List<Integer> epochs() throws SQLException {
    var epochs = new ArrayList<Integer>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("select epoch from epochs order by epoch")) {
      while (rows.next()) {
        epochs.add(rows.getInt(1));
      }
    }
    return epochs;
  }

  /** Rows of the documents of some epochs, as JSON. */
  public List<byte[]> rows(Collection<Integer> epochs) throws SQLException, IOException {
    return read(epochs).stream().map(Kept::row).toList();
  }

  /** A row of the table with its document packed. */
  private record Packed(
      Origin origin,
      int epoch,
      @Nullable String endBlock,
      @Nullable String endHash,
      @Nullable String timestamp,
      byte[] kept) {}

  List<Kept> read(Collection<Integer> epochs) throws SQLException, IOException {
    var packed = new ArrayList<Packed>();
    var references = new HashSet<RecordedPrice.Key>();
    try (var statement =
        connection.prepareStatement(
            """
            select epoch, end_block::text, end_hash, "timestamp"::text, source, digest, data
            from epochs
            where epoch = any(?)
            order by epoch
            """)) {
      statement.setArray(1, connection.createArrayOf("integer", epochs.toArray()));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var document = Documents.unpack(rows.getBytes(7));
          references.addAll(PriceHistory.references(document));
          packed.add(
              new Packed(
                  new Origin(rows.getString(5), rows.getInt(1), rows.getBytes(6)),
                  rows.getInt(1),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  document));
        }
      }
    }
    var prices = prices(references);
    var whole = new ArrayList<Kept>();
    for (var document : packed) {
      whole.add(new Kept(document.origin(), row(document, prices)));
    }
    return whole;
  }

  private Map<RecordedPrice.Key, Long> prices(Collection<RecordedPrice.Key> references)
      throws SQLException {
    var prices = new HashMap<RecordedPrice.Key, Long>();
    try (var statement =
        connection.prepareStatement(
            """
            select operator_id, domain_id, epoch, price
            from unnest(?::integer[], ?::bigint[], ?::integer[])
                as asked (operator_id, domain_id, epoch)
            join chain_share_prices using (domain_id, epoch, operator_id)
            where variant = 0
            """)) {
      statement.setArray(1, array("integer", references, RecordedPrice.Key::operatorId));
      statement.setArray(2, array("bigint", references, RecordedPrice.Key::domainId));
      statement.setArray(3, array("integer", references, RecordedPrice.Key::epoch));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          prices.put(
              new RecordedPrice.Key(rows.getInt(1), rows.getLong(2), rows.getInt(3)),
              rows.getLong(4));
        }
      }
    }
    return prices;
  }

  private Array array(
      String type, Collection<RecordedPrice.Key> keys, Function<RecordedPrice.Key, Object> part)
      throws SQLException {
    return connection.createArrayOf(type, keys.stream().map(part).toArray());
  }

  private static byte[] row(Packed document, Map<RecordedPrice.Key, Long> prices)
      throws IOException {
    var text = new ByteArrayOutputStream();
    try (var json = Documents.JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("epoch", document.epoch());
      write(json, "end_block", document.endBlock());
      write(json, "end_hash", document.endHash());
      write(json, "timestamp", document.timestamp());
      json.writeFieldName("data");
      json.writeRawValue("");
      json.flush();
      text.writeBytes(
          PriceHistory.writtenOut(
              document.kept(), of -> Objects.requireNonNull(prices.get(of), of::toString)));
      json.writeEndObject();
    }
    return text.toByteArray();
  }

  /** What is unknown is left out: then the document itself tells, or what is wrong with it. */
  private static void write(JsonGenerator json, String column, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(column, value);
    }
  }
}
