package dev.operatoranalytics.epochs;

import dev.operatoranalytics.chain.Sha256;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.epochs.EpochDocument.Origin;
import dev.operatoranalytics.source.RejectLog;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Imports documents of epochs.
 *
 * <p>One thread reads and checks documents while another writes them, a hundred per transaction. A
 * repeated import continues where a stopped one ended, because documents whose digest is stored are
 * skipped.
 */
public final class EpochImport {
  private static final int MAX_REPORTED_ISSUES = 20;

  private final Connection connection;
  private final RejectLog rejects;
  private final EpochStore store;
  private final long domainId;
  private final Consumer<String> listener;
  private int reportedIssues;

  /**
   * @param connection connection to the analytics database, used only by this import
   * @param domainId domain of the epochs
   * @param listener receives the first issues of documents; all are in {@code epoch_issues}
   */
  public EpochImport(
      Connection connection, RejectLog rejects, long domainId, Consumer<String> listener) {
    this.connection = connection;
    this.rejects = rejects;
    this.store = new EpochStore(connection, domainId);
    this.domainId = domainId;
    this.listener = listener;
  }

  /** A message from the reading thread to the writing thread. */
  private sealed interface ReaderMessage {

    /** The next documents. */
    record BatchRead(DocumentBatch batch) implements ReaderMessage {}

    /**
     * The end of the source.
     *
     * @param failure null when the source was read completely
     */
    record SourceEnded(@Nullable Throwable failure) implements ReaderMessage {}
  }

  /**
   * @throws SourceFailed when the source cannot be read to its end; earlier documents are stored
   */
  public EpochImportResult run(DocumentSource source, EpochImportProgress progress)
      throws IOException, SQLException {
    connection.setAutoCommit(false);
    store.requireSameDomain();
    rejects.restart(source.name());
    var known = store.digests();
    connection.commit();
    var queue = new ArrayBlockingQueue<ReaderMessage>(1);
    var reader =
        Thread.ofPlatform()
            .name("read " + source.name())
            .daemon()
            .start(() -> readAll(source, known, queue));
    var result = EpochImportResult.NONE;
    Throwable failure;
    try {
      var message = queue.take();
      while (message instanceof ReaderMessage.BatchRead(var batch)) {
        result = result.plus(write(batch));
        progress.written(result.documents(), batch.fractionRead());
        message = queue.take();
      }
      failure = ((ReaderMessage.SourceEnded) message).failure();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the import was interrupted");
    } finally {
      reader.interrupt();
    }
    if (result.inserted() + result.replaced() > 0) {
      analyze();
    }
    if (failure != null) {
      throw new SourceFailed(source.name(), Documents.reason(failure), result, failure);
    }
    return result;
  }

  private void analyze() throws SQLException {
    Sql.update(
        connection,
        "analyze epochs, chain_share_prices, operator_shares, operator_share_prices,"
            + " share_price_blocks, epoch_dictionaries, epoch_quality, operators_metadata");
    connection.commit();
  }

  /**
   * Reads the source and always sends its end, even after a failure; else the writer would wait
   * forever.
   */
  @SuppressWarnings("CatchingUnchecked")
  private void readAll(
      DocumentSource source, Set<String> known, BlockingQueue<ReaderMessage> queue) {
    try {
      Throwable failure = null;
      var filler = new BatchFiller(source.name(), known, queue);
      try {
        source.read(filler);
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) {
        failure = e;
      }
      filler.end();
      queue.put(new ReaderMessage.SourceEnded(failure));
    } catch (InterruptedException e) {
      // the writer has ended and interrupts the reader
    }
  }

  /** Collects documents into batches. */
  private final class BatchFiller implements DocumentSource.DocumentSink {
    private final String source;
    private final Set<String> known;
    private final BlockingQueue<ReaderMessage> queue;
    private DocumentBatch batch = new DocumentBatch();

    BatchFiller(String source, Set<String> known, BlockingQueue<ReaderMessage> queue) {
      this.source = source;
      this.known = known;
      this.queue = queue;
    }

    @Override
    public void accept(long position, byte[] text, double fraction) throws InterruptedException {
      var origin = new Origin(source, position, Sha256.digest(text));
      if (known.contains(HexFormat.of().formatHex(origin.digest()))) {
        batch.addPresent();
      } else {
        try {
          batch.add(DocumentParser.parse(origin, domainId, text));
        } catch (UnreadableDocument e) {
          batch.reject(e.at(origin));
        }
      }
      batch.setFractionRead(fraction);
      if (batch.isFull()) {
        end();
      }
    }

    void end() throws InterruptedException {
      queue.put(new ReaderMessage.BatchRead(batch));
      batch = new DocumentBatch();
    }
  }

  private EpochImportResult write(DocumentBatch batch) throws SQLException, IOException {
    try {
      var written =
          batch.documents().isEmpty() ? EpochStore.EpochWriteResult.NOTHING : store.write(batch);
      connection.commit();
      rejects.add(batch.rejections());
      reportIssues(written.issues());
      return result(batch, written);
    } catch (SQLException | IOException | RuntimeException e) {
      rollback(e);
      throw e;
    }
  }

  /** Rolls back; a second failure on a broken connection must not hide the first. */
  private void rollback(Exception failure) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private static EpochImportResult result(
      DocumentBatch batch, EpochStore.EpochWriteResult written) {
    return new EpochImportResult(
        batch.present() + batch.documents().size() + batch.rejections().size(),
        written.inserted(),
        written.replaced(),
        written.present() + batch.present(),
        written.superseded(),
        batch.rejections().size(),
        written.issues().size(),
        written.rows());
  }

  private void reportIssues(Iterable<String> issues) {
    for (var issue : issues) {
      if (reportedIssues++ < MAX_REPORTED_ISSUES) {
        listener.accept(issue);
      } else if (reportedIssues == MAX_REPORTED_ISSUES + 1) {
        listener.accept("… more are in the table epoch_issues");
      }
    }
  }

  /** Rebuilds every table from the stored documents. */
  public EpochImportResult reparse(EpochImportProgress progress) throws IOException, SQLException {
    connection.setAutoCommit(false);
    store.requireSameDomain();
    var documents = new StoredDocuments(connection);
    var epochs = documents.epochs();
    var result = EpochImportResult.NONE;
    for (var from = 0; from < epochs.size(); from += DocumentBatch.MAX_DOCUMENTS) {
      var fraction =
          epochs.subList(from, Math.min(from + DocumentBatch.MAX_DOCUMENTS, epochs.size()));
      var batch = new DocumentBatch();
      for (var document : documents.read(fraction)) {
        try {
          batch.add(DocumentParser.parse(document.origin(), domainId, document.row()));
        } catch (UnreadableDocument e) {
          batch.reject(e.at(document.origin()));
        }
      }
      var written = store.rewrite(batch);
      connection.commit();
      rejects.add(batch.rejections());
      reportIssues(written.issues());
      result = result.plus(result(batch, written));
      progress.written(result.documents(), (from + fraction.size()) / (double) epochs.size());
    }
    return result;
  }
}
