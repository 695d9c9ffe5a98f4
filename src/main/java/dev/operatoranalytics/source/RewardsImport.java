package dev.operatoranalytics.source;

import com.fasterxml.jackson.core.JsonFactory;
import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.Sql;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Imports the published amounts of a claim tree: one JSON object a line with {@code earner}, {@code
 * token}, {@code snapshot} and {@code cumulative_amount}. A later file replaces equal rows.
 */
public final class RewardsImport {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,78}");
  private static final InputFile.InputFormat FORMAT =
      new InputFile.InputFormat(
          "JSON lines with earner, token, snapshot and cumulative_amount", 1 << 20);

  private final Connection state;
  private final RejectLog rejects;

  public RewardsImport(Connection state, RejectLog rejects) {
    this.state = state;
    this.rejects = rejects;
  }

  /**
   * The result of a file.
   *
   * @param taken number of rows that were new or changed
   */
  public record RewardsImportResult(long rows, long taken, long rejected) {}

  public RewardsImportResult run(Path file) throws IOException, SQLException {
    state.setAutoCommit(false);
    rejects.restart(file.toString());
    var rejections = new ArrayList<Rejection>();
    var rows = 0L;
    Sql.update(
        state, "create temporary table read_rewards (like published_rewards) on commit drop");
    var copy =
        state
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("copy read_rewards (until_date, earner, token, cumulative_amount) from stdin");
    try (var lines = new LineReader(file, FORMAT)) {
      for (var line = lines.next(); line != null; line = lines.next()) {
        if (line.length == 0) {
          continue;
        }
        rows++;
        try {
          var text = row(new String(line, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
          copy.writeToCopy(text, 0, text.length);
        } catch (UnreadableValue e) {
          rejections.add(e.at(file.toString(), rows));
        }
      }
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
    var taken = 0L;
    try (var statement = state.createStatement()) {
      taken =
          statement.executeLargeUpdate(
              """
              insert into published_rewards as held (until_date, earner, token, cumulative_amount)
              select until_date, earner, token, max(cumulative_amount)
              from read_rewards
              group by until_date, earner, token
              on conflict (until_date, earner, token)
                  do update set cumulative_amount = excluded.cumulative_amount
                  where held.cumulative_amount <> excluded.cumulative_amount
              """);
    }
    if (taken > 0) {
      DataVersion.raise(state);
    }
    state.commit();
    rejects.add(rejections);
    return new RewardsImportResult(rows, taken, rejections.size());
  }

  private static String row(String line) {
    var object = object(line);
    return "%s\t%s\t%s\t%s\n"
        .formatted(
            day(text(object, "snapshot")),
            address(object, "earner"),
            address(object, "token"),
            amount(object));
  }

  private static JsonNode object(String line) {
    try (var parser = JSON.createParser(line)) {
      var object = JsonNodeTreeCodec.getInstance().readTree(parser);
      if (object.isObject()) {
        return object;
      }
    } catch (IOException e) {
      throw new UnreadableValue("", line, "not JSON");
    }
    throw new UnreadableValue("", line, "not a JSON object");
  }

  private static String day(String text) {
    try {
      return LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text).toString();
    } catch (DateTimeException e) {
      throw new UnreadableValue("snapshot", text, "not a day such as 2026-01-22");
    }
  }

  private static String address(JsonNode object, String name) {
    var text = text(object, name);
    try {
      return new Address(text).value();
    } catch (IllegalArgumentException e) {
      throw new UnreadableValue(name, text, "not an address (0x and 40 hex digits)");
    }
  }

  private static String amount(JsonNode object) {
    var text = text(object, "cumulative_amount");
    if (!AMOUNT.matcher(text).matches()) {
      throw new UnreadableValue("cumulative_amount", text, "not a whole number");
    }
    return text;
  }

  private static String text(JsonNode object, String name) {
    @Nullable JsonNode value = object.get(name);
    if (value != null && value.isString()) {
      return value.getStringValue();
    }
    if (value != null && value.isNumber()) {
      return value.getNumberValue().toString();
    }
    throw new UnreadableValue(name, String.valueOf(value), "missing");
  }
}
