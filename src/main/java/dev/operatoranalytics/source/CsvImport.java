package dev.operatoranalytics.source;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.database.StorableText;
import dev.operatoranalytics.source.Metadata.Subject;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.jspecify.annotations.Nullable;

/**
 * Imports data that is not on the chain from CSV files with a header: strategies, prices, rates,
 * names. Updates a row that exists; rejects a row that it cannot read, with its line and field.
 */
public final class CsvImport {
  private static final JsonFactory JSON = new JsonFactory();

  private final Connection state;
  private final RejectLog rejects;
  private final TimeBounds bounds;

  public CsvImport(Connection state, RejectLog rejects, Clock clock) {
    this.state = state;
    this.rejects = rejects;
    this.bounds = TimeBounds.at(clock);
  }

  /** A kind of file: its contents, its required columns, and the statement that stores a row. */
  public enum CsvKind {
    STRATEGIES(
        List.of("strategy", "symbol", "underlying_token", "decimals"),
        List.of("category"),
        """
        insert into strategies as held (strategy_id, symbol, underlying_token, decimals, category)
        values (?, ?, ?, ?, ?)
        on conflict (strategy_id) do update set
            symbol = excluded.symbol,
            underlying_token = excluded.underlying_token,
            decimals = excluded.decimals,
            category = excluded.category
        where (held.symbol, held.underlying_token, held.decimals, held.category)
            is distinct from
            (excluded.symbol, excluded.underlying_token, excluded.decimals, excluded.category)
        """),
    PRICES(
        List.of("token", "at", "price_usd"),
        List.of(),
        """
        insert into token_prices as held (token, at, price_usd) values (?, ?, ?)
        on conflict (token, at) do update set price_usd = excluded.price_usd
        where held.price_usd <> excluded.price_usd
        """),
    RATES(
        List.of("strategy", "at", "rate"),
        List.of(),
        """
        insert into strategy_exchange_rates as held (strategy_id, at, rate) values (?, ?, ?)
        on conflict (strategy_id, at) do update set rate = excluded.rate
        where held.rate <> excluded.rate
        """),
    METADATA(
        List.of("name"),
        List.of("operator", "avs", "description", "website", "logo", "twitter"),
        ""),
    OPERATORS_METADATA(
        List.of("operator_id"),
        List.of("name", "color", "metadata"),
        """
        insert into operators_metadata as held (operator_id, name, color, metadata)
        values (?, ?, ?, ?::jsonb)
        on conflict (operator_id) do update set
            name = excluded.name,
            color = excluded.color,
            metadata = excluded.metadata,
            updated_at = now()
        where (held.name, held.color, held.metadata)
            is distinct from (excluded.name, excluded.color, excluded.metadata)
        """);

    private final List<String> required;
    private final List<String> optional;
    private final String sql;

    CsvKind(List<String> required, List<String> optional, String sql) {
      this.required = required;
      this.optional = optional;
      this.sql = sql;
    }

    public List<String> columns() {
      return Stream.concat(required.stream(), optional.stream()).toList();
    }

    private InputFile.InputFormat format() {
      var others = String.join(",", optional);
      return new InputFile.InputFormat(
          "CSV in UTF-8 whose first line names the columns "
              + String.join(",", required)
              + (this == METADATA
                  ? " and operator or avs, and may name the others of " + others
                  : optional.isEmpty() ? "" : " and may name " + others),
          16 << 20);
    }
  }

  /**
   * The result of a file.
   *
   * @param taken number of rows that were new or changed
   */
  public record CsvImportResult(long rows, long taken, long unchanged, long rejected) {}

  /** Rejects a file without the columns of its kind, before the import prepares anything. */
  public static void check(CsvKind kind, Path file) throws IOException {
    parse(kind, file).close();
  }

  public CsvImportResult run(CsvKind kind, Path file) throws IOException, SQLException {
    state.setAutoCommit(false);
    rejects.restart(file.toString());
    var rejections = new ArrayList<Rejection>();
    var rows = 0L;
    var taken = 0L;
    try (var csv = parse(kind, file);
        var quotes = new Quotes(kind)) {
      for (var record : csv) {
        rows++;
        try {
          rejectSurplusCells(record, csv.getHeaderNames().size());
          taken += take(kind, record, quotes);
        } catch (UnreadableValue e) {
          rejections.add(e.at(file.toString(), csv.getCurrentLineNumber()));
        }
      }
      taken += quotes.send();
    } catch (UncheckedIOException e) {
      throw unreadable(kind, file, requireNonNull(e.getCause()));
    }
    if (taken > 0) {
      DataVersion.raise(state);
    }
    state.commit();
    rejects.add(rejections);
    return new CsvImportResult(rows, taken, rows - taken - rejections.size(), rejections.size());
  }

  /** Returns the rows of a file after its header. */
  private static CSVParser parse(CsvKind kind, Path file) throws IOException {
    var text = InputFile.open(file, kind.format());
    try {
      var csv =
          CSVFormat.DEFAULT
              .builder()
              .setHeader()
              .setSkipHeaderRecord(true)
              .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
              .get()
              .parse(new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()));
      requireColumns(kind, csv.getHeaderNames(), file);
      return csv;
    } catch (IOException e) {
      text.close();
      throw unreadable(kind, file, e);
    } catch (IllegalArgumentException e) {
      text.close();
      throw InputFile.refused(
          file, "has a first line that cannot be read: " + e.getMessage(), kind.format());
    }
  }

  private static IOException unreadable(CsvKind kind, Path file, IOException e) throws IOException {
    return switch (e) {
      case CharacterCodingException notUtf8 ->
          InputFile.refused(file, locateInvalidUtf8(kind, file) + "is not UTF-8", kind.format());
      case CSVException notCsv -> new IOException(file + " is not CSV: " + notCsv.getMessage(), e);
      default -> e;
    };
  }

  /** Finds the line itself, because the CSV reader reads ahead of the rows. */
  private static String locateInvalidUtf8(CsvKind kind, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (var lines = new LineReader(file, kind.format())) {
      var number = 0L;
      for (byte[] line; (line = lines.next()) != null; ) {
        number++;
        if (!Arrays.equals(
            new String(line, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), line)) {
          return "line " + number + " ";
        }
      }
    }
    return "";
  }

  private static void requireColumns(CsvKind kind, List<String> header, Path file)
      throws IOException {
    var names = kind == CsvKind.METADATA ? List.of("operator", "avs") : List.<String>of();
    if (header.containsAll(kind.required)
        && (names.isEmpty() || names.stream().anyMatch(header::contains))) {
      return;
    }
    var found = String.join(",", header);
    var separator =
        header.size() == 1
            ? Stream.of(";", "\t", "|").filter(found::contains).findFirst().orElse(null)
            : null;
    throw InputFile.refused(
        file,
        separator == null
            ? "has the columns " + InputFile.shown(found)
            : "separates its columns by %s, not by commas"
                .formatted(separator.equals("\t") ? "tabs" : separator),
        kind.format());
  }

  /** Rejects surplus cells: a comma within a number would make its first digits the value. */
  private static void rejectSurplusCells(CSVRecord row, int columns) {
    if (row.size() > columns) {
      throw new UnreadableValue(
          "", String.join(",", row), "%d values for %d columns".formatted(row.size(), columns));
    }
  }

  /** Sends many rows in one batch. */
  private final class Quotes implements AutoCloseable {
    private static final int BATCH_SIZE = 1_000;

    private final PreparedStatement statement;
    private int pending;

    Quotes(CsvKind kind) throws SQLException {
      statement = state.prepareStatement(kind.sql);
    }

    /** Adds a row; returns the number of rows stored when this sent a batch, otherwise 0. */
    int add(CSVRecord row, String subject, String value) throws SQLException {
      statement.setString(1, address(row, subject));
      statement.setObject(2, instant(row, "at"));
      statement.setBigDecimal(3, notNegative(row, value));
      statement.addBatch();
      pending++;
      return pending < BATCH_SIZE ? 0 : send();
    }

    int send() throws SQLException {
      pending = 0;
      return (int) Arrays.stream(statement.executeBatch()).filter(rows -> rows != 0).count();
    }

    @Override
    public void close() throws SQLException {
      statement.close();
    }
  }

  private int take(CsvKind kind, CSVRecord row, Quotes quotes) throws SQLException {
    return switch (kind) {
      case STRATEGIES -> strategy(kind, row);
      case PRICES -> quotes.add(row, "token", "price_usd");
      case RATES -> quotes.add(row, "strategy", "rate");
      case METADATA -> metadata(row);
      case OPERATORS_METADATA -> domainOperator(kind, row);
    };
  }

  private int strategy(CsvKind kind, CSVRecord row) throws SQLException {
    var token = optional(row, "underlying_token") == null ? null : address(row, "underlying_token");
    var decimals = decimals(row);
    if (token != null && isOtherwiseKnown(token, decimals, address(row, "strategy"))) {
      throw new UnreadableValue(
          "decimals", row.get("decimals"), "another strategy gives its token other decimals");
    }
    return Sql.update(
        state,
        kind.sql,
        address(row, "strategy"),
        optional(row, "symbol"),
        token,
        decimals,
        optional(row, "category"));
  }

  private boolean isOtherwiseKnown(String token, @Nullable Integer decimals, String strategy)
      throws SQLException {
    return !Sql.list(
            state,
            """
            select from strategies
            where underlying_token = ? and strategy_id <> ? and decimals <> ?
            """,
            found -> true,
            token,
            strategy,
            decimals)
        .isEmpty();
  }

  private int metadata(CSVRecord row) throws SQLException {
    var operator = optional(row, "operator");
    var avs = optional(row, "avs");
    if ((operator == null) == (avs == null)) {
      throw new UnreadableValue("operator", String.join(",", row), "name either operator or avs");
    }
    var metadata =
        new Metadata(
            optional(row, "name"),
            optional(row, "description"),
            optional(row, "website"),
            optional(row, "logo"),
            optional(row, "twitter"));
    var subject = operator != null ? Subject.OPERATOR : Subject.AVS;
    return metadata.store(state, subject, address(row, subject.noun())) ? 1 : 0;
  }

  private int domainOperator(CsvKind kind, CSVRecord row) throws SQLException {
    try (var statement = state.prepareStatement(kind.sql)) {
      statement.setInt(1, operatorId(row));
      setTexts(statement, row, "name", "color");
      var metadata = object(row, "metadata");
      statement.setString(4, metadata);
      return metadata == null ? statement.executeUpdate() : storeJson(statement, metadata);
    }
  }

  /** Stores JSON; rejects numbers that JSON allows and PostgreSQL cannot store. */
  private int storeJson(PreparedStatement statement, String json) throws SQLException {
    var before = state.setSavepoint();
    try {
      var rows = statement.executeUpdate();
      state.releaseSavepoint(before);
      return rows;
    } catch (SQLException e) {
      if (!String.valueOf(e.getSQLState()).startsWith("22")) {
        throw e;
      }
      state.rollback(before);
      throw new UnreadableValue("metadata", json, "cannot be stored: " + e.getMessage());
    }
  }

  private static int operatorId(CSVRecord row) {
    var text = required(row, "operator_id");
    if (!text.matches("0|[1-9][0-9]{0,9}") || Long.parseLong(text) > Integer.MAX_VALUE) {
      throw new UnreadableValue("operator_id", text, "not a whole number from 0 to 2^31-1");
    }
    return Integer.parseInt(text);
  }

  private static @Nullable String object(CSVRecord row, String column) {
    var text = optional(row, column);
    if (text == null) {
      return null;
    }
    try (var json = JSON.createParser(text)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        json.skipChildren();
        if (json.nextToken() == null) {
          return StorableText.ofJson(text).value();
        }
      }
    } catch (IOException e) {
      // reported below, as for any other text
    }
    throw new UnreadableValue(column, text, "not a JSON object");
  }

  private static void setTexts(PreparedStatement statement, CSVRecord row, String... columns)
      throws SQLException {
    for (var i = 0; i < columns.length; i++) {
      statement.setString(2 + i, optional(row, columns[i]));
    }
  }

  private static @Nullable String optional(CSVRecord row, String column) {
    if (!row.isMapped(column) || !row.isSet(column)) {
      return null;
    }
    var text = new StorableText(row.get(column).strip()).value();
    return text.isEmpty() ? null : text;
  }

  private static String required(CSVRecord row, String column) {
    var text = optional(row, column);
    if (text == null) {
      throw new UnreadableValue(column, "", "missing");
    }
    return text;
  }

  private static String address(CSVRecord row, String column) {
    var text = required(row, column);
    try {
      return new Address(text).value();
    } catch (IllegalArgumentException e) {
      throw new UnreadableValue(column, text, "not an address (0x and 40 hex digits)");
    }
  }

  private static @Nullable Integer decimals(CSVRecord row) {
    var text = optional(row, "decimals");
    if (text == null) {
      return null;
    }
    if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) > 77) {
      throw new UnreadableValue("decimals", text, "not a whole number from 0 to 77");
    }
    return Integer.valueOf(text);
  }

  private OffsetDateTime instant(CSVRecord row, String column) {
    var text = required(row, column);
    try {
      var instant = OffsetDateTime.parse(text);
      bounds.check(column, text, instant.toEpochSecond());
      return instant;
    } catch (DateTimeException e) {
      throw new UnreadableValue(column, text, "not an instant such as 2024-10-28T00:00:00Z");
    }
  }

  private static BigDecimal notNegative(CSVRecord row, String column) {
    var text = required(row, column);
    if (text.matches("-.*[1-9].*")) {
      throw new UnreadableValue(column, text, "negative; expected 0 or more");
    }
    if (!text.matches("[0-9]{1,60}(\\.[0-9]{1,60})?([eE][+-]?[0-9]{1,2})?")) {
      throw new UnreadableValue(column, text, "not a number from 0 on");
    }
    return new BigDecimal(text);
  }
}
