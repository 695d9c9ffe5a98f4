package dev.operatoranalytics.epochs;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.Change;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.database.StorableText;
import dev.operatoranalytics.epochs.EpochDocument.OperatorEpoch;
import dev.operatoranalytics.epochs.EpochDocument.RecordedPrice;
import dev.operatoranalytics.pipeline.SqlFile;
import dev.operatoranalytics.source.CopyText;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes documents and the tables derived from them. Of several documents of an epoch, the one of
 * highest precedence is used, regardless of the import order; the others are stored as superseded.
 */
final class EpochStore {
  private static final SqlFile NEW_PRICES = SqlFile.load("epochs", "new_prices");
  private static final SqlFile CHAIN_SHARE_PRICES = SqlFile.load("epochs", "chain_share_prices");
  private static final SqlFile CONFLICTING_PRICES = SqlFile.load("epochs", "conflicting_prices");
  private static final SqlFile AFFECTED_EPOCHS = SqlFile.load("epochs", "affected_epochs");
  private static final SqlFile SUPERSEDED_DOCUMENTS =
      SqlFile.load("epochs", "superseded_documents");
  private static final SqlFile OPERATORS = SqlFile.load("epochs", "operators_metadata");
  private static final SqlFile LIFETIMES = SqlFile.load("epochs", "operator_lifetimes");

  private final Connection connection;
  private final long domainId;

  /**
   * @param connection connection whose transaction the caller commits
   */
  EpochStore(Connection connection, long domainId) {
    this.connection = connection;
    this.domainId = domainId;
  }

  /**
   * The result of writing documents.
   *
   * @param inserted new epochs
   * @param replaced epochs whose document was replaced
   * @param present documents equal to a stored one
   * @param superseded documents of lower precedence than the stored one
   * @param rows rows written to derived tables
   * @param issues issues of the written documents
   */
  record EpochWriteResult(
      int inserted, int replaced, int present, int superseded, long rows, List<String> issues) {
    static final EpochWriteResult NOTHING = new EpochWriteResult(0, 0, 0, 0, 0, List.of());
  }

  /** Digests of all stored documents, including superseded ones. */
  Set<String> digests() throws SQLException {
    var digests = new HashSet<String>();
    Sql.each(
        connection,
        "select digest from epochs union all select digest from superseded_documents",
        rows -> digests.add(HexFormat.of().formatHex(rows.getBytes(1))));
    return digests;
  }

  /** Rejects epochs of a second domain, because the tables hold one domain. */
  void requireSameDomain() throws SQLException {
    try (var statement =
        connection.prepareStatement("select domain_id from epochs where domain_id <> ? limit 1")) {
      statement.setLong(1, domainId);
      try (var row = statement.executeQuery()) {
        if (row.next()) {
          throw new IllegalStateException(
              "the database holds epochs of domain %d, but EPOCHS_DOMAIN_ID is %d; change the setting, or use another database"
                  .formatted(row.getLong(1), domainId));
        }
      }
    }
  }

  /** Writes the new documents of a batch; documents equal to stored ones stay unchanged. */
  EpochWriteResult write(DocumentBatch batch) throws SQLException, IOException {
    var conflicts = writePrices(batch);
    var stored = stored(batch);
    var winners = new TreeMap<Integer, EpochDocument>();
    var losers = new ArrayList<EpochDocument>();
    var present = 0;
    for (var each : batch.documents()) {
      var document = withoutConflicts(each, batch, conflicts);
      var earlier = winners.get(document.epoch());
      var current = earlier == null ? stored.get(document.epoch()) : DocumentPrecedence.of(earlier);
      if (current != null && current.isSameAs(document)) {
        present++;
      } else if (current != null && current.outranks(document)) {
        losers.add(document);
      } else {
        winners.put(document.epoch(), document);
        if (earlier != null) {
          losers.add(earlier);
        }
      }
    }
    var replaced = new TreeSet<>(winners.keySet());
    replaced.retainAll(stored.keySet());
    supersede(replaced);
    supersede(losers);
    delete(replaced);
    var changes =
        winners.keySet().stream()
            .map(
                epoch ->
                    replaced.contains(epoch)
                        ? Change.epochReplaced(epoch)
                        : Change.epochAdded(epoch))
            .toList();
    var rows = insert(winners, changes);
    return new EpochWriteResult(
        winners.size() - replaced.size(),
        replaced.size(),
        present,
        losers.size(),
        rows,
        issueMessages(winners.values()));
  }

  /** Writes stored documents again and replaces all rows derived from them. */
  EpochWriteResult rewrite(DocumentBatch batch) throws SQLException, IOException {
    var conflicts = writePrices(batch);
    var winners = new TreeMap<Integer, EpochDocument>();
    for (var document : batch.documents()) {
      winners.put(document.epoch(), withoutConflicts(document, batch, conflicts));
    }
    delete(winners.keySet());
    var rows = insert(winners, List.of());
    return new EpochWriteResult(0, winners.size(), 0, 0, rows, issueMessages(winners.values()));
  }

  private static List<String> issueMessages(Collection<EpochDocument> documents) {
    return documents.stream()
        .flatMap(
            document ->
                document.issues().stream()
                    .map(issue -> issue.message(document.origin().source(), document.epoch())))
        .toList();
  }

  /** Decides which document of an epoch is used. */
  private record DocumentPrecedence(
      @Nullable BigInteger endBlock, @Nullable BigInteger timestamp, byte[] digest, byte[] data) {

    static DocumentPrecedence of(EpochDocument document) {
      return new DocumentPrecedence(
          document.endBlock(), document.timestamp(), document.origin().digest(), document.stored());
    }

    boolean isSameAs(EpochDocument document) throws IOException {
      if (Arrays.equals(digest, document.origin().digest())) {
        return true;
      }
      return isOfSameTime(document)
          && Documents.areEqual(
              Documents.decompress(data), Documents.decompress(document.stored()));
    }

    private boolean isOfSameTime(EpochDocument document) {
      return Objects.equals(endBlock, document.endBlock())
          && Objects.equals(timestamp, document.timestamp());
    }

    boolean outranks(EpochDocument document) {
      var nothing = BigInteger.ONE.negate();
      var byBlock =
          Objects.requireNonNullElse(endBlock, nothing)
              .compareTo(Objects.requireNonNullElse(document.endBlock(), nothing));
      var byTime =
          Objects.requireNonNullElse(timestamp, nothing)
              .compareTo(Objects.requireNonNullElse(document.timestamp(), nothing));
      return byBlock != 0
          ? byBlock > 0
          : byTime != 0
              ? byTime > 0
              : Arrays.compareUnsigned(digest, document.origin().digest()) > 0;
    }
  }

  private Map<Integer, DocumentPrecedence> stored(DocumentBatch batch) throws SQLException {
    var stored = new HashMap<Integer, DocumentPrecedence>();
    try (var statement =
        connection.prepareStatement(
            """
            select epoch, end_block::numeric, "timestamp"::numeric, digest, data
            from epochs
            where epoch = any(?)
            """)) {
      var epochs = batch.documents().stream().map(EpochDocument::epoch).toList();
      statement.setArray(1, integers(epochs));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          stored.put(
              rows.getInt(1),
              new DocumentPrecedence(
                  integer(rows.getBigDecimal(2)),
                  integer(rows.getBigDecimal(3)),
                  rows.getBytes(4),
                  rows.getBytes(5)));
        }
      }
    }
    return stored;
  }

  private static @Nullable BigInteger integer(@Nullable BigDecimal number) {
    return number == null ? null : number.toBigIntegerExact();
  }

  private static String list(Collection<Integer> epochs) {
    return epochs.stream().map(String::valueOf).collect(joining(",", "{", "}"));
  }

  private Array integers(Collection<Integer> values) throws SQLException {
    return connection.createArrayOf("integer", values.toArray());
  }

  /**
   * Stores new price records, each distinct value of a record once.
   *
   * @return the referenced price of each record on which documents disagree
   */
  private Map<RecordedPrice.SharePriceKey, Long> writePrices(DocumentBatch batch)
      throws SQLException {
    execute("set local work_mem = '64MB'");
    execute(
        """
        create temporary table staged_prices (
            domain_id bigint, epoch integer, operator_id integer, price numeric(19, 0),
            first_document integer
        ) on commit drop
        """);
    try (var copy =
        new TableCopy("staged_prices (domain_id, epoch, operator_id, price, first_document)")) {
      for (var price : batch.prices().entrySet()) {
        var record = price.getKey();
        copy.row(
            record.domainId(),
            record.epoch(),
            record.operatorId(),
            record.price(),
            price.getValue());
      }
    }
    execute("analyze staged_prices");
    execute("create temporary table new_prices on commit drop as " + NEW_PRICES.statement());
    execute(
        "insert into chain_share_prices"
            + " (domain_id, epoch, operator_id, variant, price, first_document) "
            + CHAIN_SHARE_PRICES.statement());
    execute(
        """
        update chain_share_prices as held
        set first_document = staged.first_document
        from staged_prices as staged
        where (held.domain_id, held.epoch, held.operator_id, held.price)
            = (staged.domain_id, staged.epoch, staged.operator_id, staged.price)
            and staged.first_document < held.first_document
        """);
    var conflicts = new HashMap<RecordedPrice.SharePriceKey, Long>();
    Sql.each(
        connection,
        CONFLICTING_PRICES.statement(),
        rows ->
            conflicts.put(
                new RecordedPrice.SharePriceKey(rows.getInt(1), rows.getLong(2), rows.getInt(3)),
                rows.getLong(4)));
    return conflicts;
  }

  /** A reference stands for variant 0, so an entry with another price is stored in full. */
  private static EpochDocument withoutConflicts(
      EpochDocument document, DocumentBatch batch, Map<RecordedPrice.SharePriceKey, Long> conflicts)
      throws IOException {
    if (conflicts.isEmpty()) {
      return document;
    }
    var storedBytes = Documents.decompress(document.stored());
    var entries = new HashMap<RecordedPrice.SharePriceKey, Long>();
    for (var of : PriceHistory.references(storedBytes)) {
      var stored = conflicts.get(of);
      var price = batch.price(document, of);
      if (stored != null && price != null && !stored.equals(price)) {
        entries.put(of, price);
      }
    }
    return entries.isEmpty()
        ? document
        : document.withStored(Documents.compress(PriceHistory.withEntries(storedBytes, entries)));
  }

  private void supersede(Set<Integer> epochs) throws SQLException {
    SqlFile.set(connection, Map.of("replaced_epochs", list(epochs)));
    execute(
        "insert into superseded_documents (epoch, digest, end_block, \"timestamp\", source, data) "
            + SUPERSEDED_DOCUMENTS.statement()
            + " on conflict do nothing");
  }

  private void supersede(List<EpochDocument> documents) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into superseded_documents (epoch, digest, end_block, "timestamp", source, data)
            values (?, ?, ?::bigint, ?::bigint, ?, ?)
            on conflict do nothing
            """)) {
      for (var document : documents) {
        statement.setInt(1, document.epoch());
        statement.setBytes(2, document.origin().digest());
        statement.setString(3, text(document.endBlock()));
        statement.setString(4, text(document.timestamp()));
        statement.setString(5, document.origin().source());
        statement.setBytes(6, document.stored());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private void delete(Collection<Integer> epochs) throws SQLException {
    if (epochs.isEmpty()) {
      return;
    }
    for (var table : List.of("operator_shares", "epochs")) {
      Sql.update(connection, "delete from " + table + " where epoch = any(?)", integers(epochs));
    }
  }

  private long insert(Map<Integer, EpochDocument> documents, List<Change> changes)
      throws SQLException {
    copyDocuments(documents.values());
    copyIssues(documents.values());
    copyShares(documents.values());
    describeOperators(documents.values());
    execute(
        "create temporary table affected_epochs (epoch integer primary key, domain_id bigint) on"
            + " commit drop");
    SqlFile.set(
        connection,
        Map.of(
            "domain_id", Long.toString(domainId),
            "written_epochs", list(documents.keySet())));
    execute("insert into affected_epochs (epoch, domain_id) " + AFFECTED_EPOCHS.statement());
    execute("analyze affected_epochs");
    var rows = 0L;
    try (var statement = connection.createStatement();
        var bounds = statement.executeQuery("select min(epoch), max(epoch) from affected_epochs")) {
      bounds.next();
      for (var table : DerivedTable.ALL) {
        rows += table.refresh(connection, bounds.getInt(1), bounds.getInt(2));
      }
    }
    rows += updateSeenEpochs();
    if (!documents.isEmpty() || rows > 0) {
      DataVersion.raise(connection, changes);
      execute(
          """
          update epochs set version = (select version from data_version)
          where epoch in (select epoch from affected_epochs)
          """);
    }
    return rows;
  }

  private void copyDocuments(Collection<EpochDocument> documents) throws SQLException {
    try (var copy =
        new TableCopy(
            """
            epochs (
                epoch, domain_id, end_block, end_hash, "timestamp", total_stake, active_stake,
                total_shares, storage_fees, rewards, treasury_funds, chain_rewards, operator_count,
                deposits_count, withdrawals_count, bundles_count, other_domain_records, source,
                digest, data, version
            )
            """)) {
      for (var document : documents) {
        copy.row(
            document.epoch(),
            domainId,
            document.endBlock(),
            document.endHash(),
            document.timestamp(),
            document.totalStake(),
            document.activeStake(),
            document.totalShares(),
            document.storageFees(),
            document.rewards(),
            document.treasuryFunds(),
            document.chainRewards(),
            document.operatorCount(),
            document.depositsCount(),
            document.withdrawalsCount(),
            document.bundlesCount(),
            document.otherDomainRecords(),
            document.origin().source(),
            document.origin().digest(),
            document.stored(),
            0);
      }
    }
  }

  private void copyIssues(Collection<EpochDocument> documents) throws SQLException {
    try (var copy = new TableCopy("epoch_issues (epoch, json_path, kind, raw, reason)")) {
      for (var document : documents) {
        for (var issue : document.issues()) {
          copy.row(
              document.epoch(), issue.path(), issue.kind().name(), issue.raw(), issue.reason());
        }
      }
    }
  }

  private void copyShares(Collection<EpochDocument> documents) throws SQLException {
    try (var copy =
        new TableCopy(
            """
            operator_shares (
                epoch, operator_id, shares_raw, stake_raw, active_stake_raw, reward_raw,
                storage_fee_deposit_raw, deposits_raw, withdrawals_raw
            )
            """)) {
      for (var document : documents) {
        for (var operator : document.operators()) {
          copy.row(
              document.epoch(),
              operator.operatorId,
              operator.shares,
              operator.stake,
              operator.activeStake,
              operator.reward,
              operator.storageFeeDeposit,
              operator.deposits,
              operator.withdrawals);
        }
      }
    }
  }

  /** Stores the description of each operator from the last document that lists it. */
  private void describeOperators(Collection<EpochDocument> documents) throws SQLException {
    var last = new TreeMap<Integer, OperatorEpoch>();
    var lastEpochs = new HashMap<Integer, Integer>();
    for (var document : documents) {
      for (var operator : document.operators()) {
        if (operator.isListed) {
          last.put(operator.operatorId, operator);
          lastEpochs.put(operator.operatorId, document.epoch());
        }
      }
    }
    try (var statement =
        connection.prepareStatement(
            """
            insert into operators_metadata as held (
                operator_id, last_seen_epoch, status, nomination_tax, signing_key,
                minimum_nominator_stake
            )
            values (?, ?, ?, ?, ?, ?)
            on conflict (operator_id) do update set
                last_seen_epoch = excluded.last_seen_epoch,
                status = excluded.status,
                nomination_tax = excluded.nomination_tax,
                signing_key = excluded.signing_key,
                minimum_nominator_stake = excluded.minimum_nominator_stake,
                updated_at = now()
            where coalesce(held.last_seen_epoch, -1) <= excluded.last_seen_epoch
            """)) {
      for (var operator : last.values()) {
        statement.setInt(1, operator.operatorId);
        statement.setObject(2, lastEpochs.get(operator.operatorId));
        statement.setString(3, storable(operator.status));
        statement.setObject(4, operator.nominationTax, Types.INTEGER);
        statement.setString(5, storable(operator.signingKey));
        statement.setBigDecimal(
            6,
            operator.minimumNominatorStake == null
                ? null
                : new BigDecimal(operator.minimumNominatorStake));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : new StorableText(text).value();
  }

  /** Updates the first and last epoch that list an operator, and whether it is active. */
  private long updateSeenEpochs() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(
          "insert into operators_metadata (operator_id) "
              + OPERATORS.statement()
              + " on conflict do nothing");
      return statement.executeLargeUpdate(
          """
          update operators_metadata as held
          set first_seen_epoch = seen.first_epoch, last_seen_epoch = seen.last_epoch,
              is_active = seen.is_active, updated_at = now()
          from (%s) as seen
          where held.operator_id = seen.operator_id
              and (held.first_seen_epoch, held.last_seen_epoch, held.is_active)
                  is distinct from (seen.first_epoch, seen.last_epoch, seen.is_active)
          """
              .formatted(LIFETIMES.statement()));
    }
  }

  private void execute(String sql) throws SQLException {
    Sql.update(connection, sql);
  }

  /** Writes rows into a table by COPY. */
  private final class TableCopy implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final CopyIn copy;
    private CopyText rows = new CopyText(BUFFER_BYTES);

    TableCopy(String target) throws SQLException {
      copy =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("copy " + target + " from stdin");
    }

    void row(@Nullable Object... values) throws SQLException {
      for (var i = 0; i < values.length; i++) {
        if (i > 0) {
          rows.next();
        }
        switch (values[i]) {
          case null -> rows.plain(CopyText.NULL);
          case byte[] bytes -> rows.plain("\\\\x" + HexFormat.of().formatHex(bytes));
          case String string -> rows.escaped(new StorableText(string).utf8());
          case Object number -> rows.plain(number.toString());
        }
      }
      rows.endRow();
      if (rows.size() >= BUFFER_BYTES) {
        send();
      }
    }

    private void send() throws SQLException {
      var bytes = rows.bytes();
      copy.writeToCopy(bytes, 0, bytes.length);
      rows = new CopyText(BUFFER_BYTES);
    }

    @Override
    public void close() throws SQLException {
      if (copy.isActive()) {
        send();
        copy.endCopy();
      }
    }
  }
}
