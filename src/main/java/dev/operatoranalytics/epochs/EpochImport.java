package dev.operatoranalytics.epochs;

import dev.operatoranalytics.chain.Sha256;
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
 * Takes documents of epochs in.
 *
 * <p>One thread reads and checks documents while the other writes them, a hundred in a transaction;
 * an import that was stopped goes on where it was. A document that is stored already is known by
 * its digest and not read again.
 */
public final class EpochImport {
  private static final int TOLD_AT_MOST = 20;

  private final Connection connection;
  private final RejectLog rejects;
  private final EpochStore store;
  private final long domainId;
  private final Consumer<String> listener;
  private int told;

  /**
   * @param connection of its own to our database
   * @param domainId the domain whose epochs these are
   * @param listener hears the first of what is wrong with documents; all is in {@code epoch_issues}
   */
  public EpochImport(
      Connection connection, RejectLog rejects, long domainId, Consumer<String> listener) {
    this.connection = connection;
    this.rejects = rejects;
    this.store = new EpochStore(connection, domainId);
    this.domainId = domainId;
    this.listener = listener;
  }

  /**
   * What came of a source.
   *
   * @param inserted epochs that were not there
   * @param replaced epochs that had another document, which counts less
   * @param present documents that say what is stored already
   * @param superseded documents that count less than the stored one
   * @param rejected documents that could not be read at all
   * @param issues things wrong in the documents that were taken
   * @param rows written to tables that follow from documents
   */
  public record Result(
      long documents,
      long inserted,
      long replaced,
      long present,
      long superseded,
      long rejected,
      long issues,
      long rows) {
    static final Result NONE = new Result(0, 0, 0, 0, 0, 0, 0, 0);

    public Result plus(Result other) {
      return new Result(
          documents + other.documents,
          inserted + other.inserted,
          replaced + other.replaced,
          present + other.present,
          superseded + other.superseded,
          rejected + other.rejected,
          issues + other.issues,
          rows + other.rows);
    }
  }

  /** Told after every chunk. */
  public interface Progress {
    /**
     * @param part of the source that has been written, 0..1
     */
    void written(long documents, double part);
  }

  /** What the thread that reads a source hands to the one that writes. */
  private sealed interface Handed {

    /** Some of the documents. */
    record Part(Chunk chunk) implements Handed {}

    /**
     * Nothing more comes.
     *
     * @param failure why; null when the source was read to its end
     */
    record End(@Nullable Throwable failure) implements Handed {}
  }

  /**
   * @throws SourceFailed when the source cannot be read to its end; what was read is stored
   */
  public Result run(DocumentSource source, Progress progress) throws IOException, SQLException {
    connection.setAutoCommit(false);
    store.refuseOtherDomain();
    rejects.restart(source.name());
    var known = store.digests();
    connection.commit();
    var queue = new ArrayBlockingQueue<Handed>(1);
    var reader =
        Thread.ofPlatform()
            .name("read " + source.name())
            .daemon()
            .start(() -> readAll(source, known, queue));
    var result = Result.NONE;
    Throwable failure;
    try {
      var handed = queue.take();
      while (handed instanceof Handed.Part(var chunk)) {
        result = result.plus(write(chunk));
        progress.written(result.documents(), chunk.part());
        handed = queue.take();
      }
      failure = ((Handed.End) handed).failure();
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
    try (var statement = connection.createStatement()) {
      statement.execute(
          "analyze epochs, chain_share_prices, operator_shares, operator_share_prices,"
              + " share_price_blocks, epoch_dictionaries, epoch_quality, operators_metadata");
    }
    connection.commit();
  }

  /** Whatever ends the reading, the writer is told of it, or it would wait for ever. */
  @SuppressWarnings("CatchingUnchecked")
  private void readAll(DocumentSource source, Set<String> known, BlockingQueue<Handed> queue) {
    try {
      Throwable failure = null;
      var filling = new Filling(source.name(), known, queue);
      try {
        source.read(filling);
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) {
        failure = e;
      }
      filling.end();
      queue.put(new Handed.End(failure));
    } catch (InterruptedException e) {
      // the writer has left, and interrupts the reader
    }
  }

  /** Fills chunk after chunk. */
  private final class Filling implements DocumentSource.Sink {
    private final String source;
    private final Set<String> known;
    private final BlockingQueue<Handed> queue;
    private Chunk chunk = new Chunk();

    Filling(String source, Set<String> known, BlockingQueue<Handed> queue) {
      this.source = source;
      this.known = known;
      this.queue = queue;
    }

    @Override
    public void take(long place, byte[] text, double part) throws InterruptedException {
      var origin = new Origin(source, place, Sha256.digest(text));
      if (known.contains(HexFormat.of().formatHex(origin.digest()))) {
        chunk.addPresent();
      } else {
        try {
          chunk.add(DocumentParser.parse(origin, domainId, text));
        } catch (UnreadableDocument e) {
          chunk.refuse(e.at(origin));
        }
      }
      chunk.read(part);
      if (chunk.isFull()) {
        end();
      }
    }

    void end() throws InterruptedException {
      queue.put(new Handed.Part(chunk));
      chunk = new Chunk();
    }
  }

  private Result write(Chunk chunk) throws SQLException, IOException {
    try {
      var written = chunk.documents().isEmpty() ? EpochStore.Written.NOTHING : store.write(chunk);
      connection.commit();
      rejects.add(chunk.rejections());
      tell(written.issues());
      return result(chunk, written);
    } catch (SQLException | IOException | RuntimeException e) {
      rollback(e);
      throw e;
    }
  }

  /** On a broken connection it fails, too, and must not hide the first failure. */
  private void rollback(Exception failure) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private static Result result(Chunk chunk, EpochStore.Written written) {
    return new Result(
        chunk.present() + chunk.documents().size() + chunk.rejections().size(),
        written.inserted(),
        written.replaced(),
        written.present() + chunk.present(),
        written.superseded(),
        chunk.rejections().size(),
        written.issues().size(),
        written.rows());
  }

  private void tell(Iterable<String> issues) {
    for (var issue : issues) {
      if (told++ < TOLD_AT_MOST) {
        listener.accept(issue);
      } else if (told == TOLD_AT_MOST + 1) {
        listener.accept("… more are in the table epoch_issues");
      }
    }
  }

  /** Makes every table again from the documents that are kept. */
  public Result reparse(Progress progress) throws IOException, SQLException {
    connection.setAutoCommit(false);
    store.refuseOtherDomain();
    var kept = new KeptDocuments(connection);
    var epochs = kept.epochs();
    var result = Result.NONE;
    for (var from = 0; from < epochs.size(); from += Chunk.DOCUMENTS) {
      var part = epochs.subList(from, Math.min(from + Chunk.DOCUMENTS, epochs.size()));
      var chunk = new Chunk();
      for (var document : kept.read(part)) {
        try {
          chunk.add(DocumentParser.parse(document.origin(), domainId, document.row()));
        } catch (UnreadableDocument e) {
          chunk.refuse(e.at(document.origin()));
        }
      }
      var written = store.rewrite(chunk);
      connection.commit();
      rejects.add(chunk.rejections());
      tell(written.issues());
      result = result.plus(result(chunk, written));
      progress.written(result.documents(), (from + part.size()) / (double) epochs.size());
    }
    return result;
  }
}
