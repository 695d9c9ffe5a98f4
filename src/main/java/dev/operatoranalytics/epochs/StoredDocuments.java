package dev.operatoranalytics.epochs;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.operatoranalytics.database.Sql;
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

/** Reads the original documents from the table {@code epochs}. */
public final class StoredDocuments {
  private final Connection connection;

  public StoredDocuments(Connection connection) {
    this.connection = connection;
  }

  /**
   * A document with its price history restored.
   *
   * @param row JSON of its row: the columns, and the document in {@code data}
   */
  record StoredDocument(Origin origin, byte[] row) {}

  public List<Integer> epochs() throws SQLException {
    return Sql.list(connection, "select epoch from epochs order by epoch", rows -> rows.getInt(1));
  }

  /** The rows of the given epochs, as JSON. */
  public List<byte[]> rows(Collection<Integer> epochs) throws SQLException, IOException {
    return read(epochs).stream().map(StoredDocument::row).toList();
  }

  /** A row of the table whose prices are still references. */
  private record CompressedDocument(
      Origin origin,
      int epoch,
      @Nullable String endBlock,
      @Nullable String endHash,
      @Nullable String timestamp,
      byte[] stored) {}

  List<StoredDocument> read(Collection<Integer> epochs) throws SQLException, IOException {
    var compressed = new ArrayList<CompressedDocument>();
    var references = new HashSet<RecordedPrice.SharePriceKey>();
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
          var document = Documents.decompress(rows.getBytes(7));
          references.addAll(PriceHistory.references(document));
          compressed.add(
              new CompressedDocument(
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
    var documents = new ArrayList<StoredDocument>();
    for (var document : compressed) {
      documents.add(new StoredDocument(document.origin(), row(document, prices)));
    }
    return documents;
  }

  private Map<RecordedPrice.SharePriceKey, Long> prices(
      Collection<RecordedPrice.SharePriceKey> references) throws SQLException {
    var prices = new HashMap<RecordedPrice.SharePriceKey, Long>();
    try (var statement =
        connection.prepareStatement(
            """
            select operator_id, domain_id, epoch, price
            from unnest(?::integer[], ?::bigint[], ?::integer[])
                as requested (operator_id, domain_id, epoch)
            join chain_share_prices using (domain_id, epoch, operator_id)
            where variant = 0
            """)) {
      statement.setArray(1, array("integer", references, RecordedPrice.SharePriceKey::operatorId));
      statement.setArray(2, array("bigint", references, RecordedPrice.SharePriceKey::domainId));
      statement.setArray(3, array("integer", references, RecordedPrice.SharePriceKey::epoch));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          prices.put(
              new RecordedPrice.SharePriceKey(rows.getInt(1), rows.getLong(2), rows.getInt(3)),
              rows.getLong(4));
        }
      }
    }
    return prices;
  }

  private Array array(
      String type,
      Collection<RecordedPrice.SharePriceKey> keys,
      Function<RecordedPrice.SharePriceKey, Object> part)
      throws SQLException {
    return connection.createArrayOf(type, keys.stream().map(part).toArray());
  }

  private static byte[] row(
      CompressedDocument document, Map<RecordedPrice.SharePriceKey, Long> prices)
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
          PriceHistory.expand(
              document.stored(), of -> Objects.requireNonNull(prices.get(of), of::toString)));
      json.writeEndObject();
    }
    return text.toByteArray();
  }

  /** Omits unknown columns, so that parsing reads them from the document or reports an issue. */
  private static void write(JsonGenerator json, String column, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(column, value);
    }
  }
}
