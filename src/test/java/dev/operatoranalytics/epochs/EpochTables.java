package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.TestPostgres;
import dev.operatoranalytics.source.RejectLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** An analytics database that documents are imported into. */
public final class EpochTables implements AutoCloseable {
  private final ConnectionUrl url;
  private final Connection connection;
  private final Connection importing;
  private final Connection rejecting;
  private final List<String> reported = new ArrayList<>();

  public EpochTables() {
    this(TestPostgres.fresh("analytics"));
  }

  /** Tables of a database that a test already has. */
  public EpochTables(ConnectionUrl url) {
    this.url = url;
    try {
      connection = url.connect();
      importing = url.connect();
      rejecting = url.connect();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Imports documents into another database. */
  public static void importInto(ConnectionUrl url, Path file) throws IOException, SQLException {
    try (var connection = url.connect();
        var rejecting = url.connect()) {
      new EpochImport(connection, new RejectLog(rejecting, _ -> {}), 0, _ -> {})
          .run(new FileSource(file), (documents, part) -> {});
    }
  }

  public EpochImportResult imported(Path file) throws IOException, SQLException {
    return imported(new FileSource(file));
  }

  public EpochImportResult imported(DocumentSource source) throws IOException, SQLException {
    return imported(source, (documents, part) -> {});
  }

  EpochImportResult imported(DocumentSource source, EpochImportProgress progress)
      throws IOException, SQLException {
    return importer().run(source, progress);
  }

  EpochImportResult reparsed() throws IOException, SQLException {
    return importer().reparse((documents, part) -> {});
  }

  private EpochImport importer() {
    return new EpochImport(importing, new RejectLog(rejecting, reported::add), 0, reported::add);
  }

  public ConnectionUrl url() {
    return url;
  }

  public Connection connection() {
    return connection;
  }

  List<String> reported() {
    return reported;
  }

  /** Each row as texts, null as {@code -}. */
  public List<List<String>> rows(String sql) {
    try (var statement = connection.createStatement();
        var answer = statement.executeQuery(sql)) {
      var rows = new ArrayList<List<String>>();
      while (answer.next()) {
        var row = new ArrayList<String>();
        for (var i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
          var value = answer.getString(i);
          row.add(value == null ? "-" : value);
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rows as lines of values separated by spaces. */
  List<String> lines(String sql) {
    return rows(sql).stream().map(row -> String.join(" ", row)).toList();
  }

  /** All rows that documents determine, without import times and sources. */
  List<String> whole() {
    var all = new ArrayList<String>();
    all.addAll(
        lines(
            """
            select epoch, end_block, end_hash, "timestamp", total_stake, active_stake, total_shares,
                storage_fees, rewards, operator_count, digest
            from epochs order by 1
            """));
    all.addAll(lines("select * from epoch_issues order by 1, 2, 3"));
    all.addAll(
        lines(
            """
            select epoch, operator_id, shares_raw, stake_raw, active_stake_raw, reward_raw,
                storage_fee_deposit_raw, deposits_raw, withdrawals_raw
            from operator_shares order by 1, 2
            """));
    all.addAll(
        lines(
            """
            select epoch, operator_id, share_price_perq, stake_per_share_perq, source
            from operator_share_prices order by 1, 2
            """));
    all.addAll(
        lines(
            """
            select operator_id, first_seen_epoch, last_seen_epoch, is_active, status, nomination_tax
            from operators_metadata order by 1
            """));
    all.addAll(lines("select * from epoch_quality order by 1"));
    all.addAll(lines("select * from epoch_reward_sums order by 1"));
    all.addAll(lines("select * from epoch_dictionaries order by 1"));
    all.addAll(lines("select * from share_price_blocks order by 1, 2"));
    return all;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    importing.close();
    rejecting.close();
  }
}
