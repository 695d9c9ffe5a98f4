package dev.operatoranalytics.epochs;

import dev.operatoranalytics.epochs.EpochDocument.Origin;
import dev.operatoranalytics.source.RejectLog;
import dev.operatoranalytics.source.Rejection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
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

  public Result run(DocumentSource source, Progress progress) throws IOException, SQLException {
    connection.setAutoCommit(false);
    store.refuseOtherDomain();
    rejects.restart(source.name());
    var known = store.digests();
    connection.commit();
    var queue = new ArrayBlockingQueue<Optional<Chunk>>(1);
    var failure = new AtomicReference<@Nullable Exception>();
    var reader =
        Thread.ofPlatform()
            .name("read " + source.name())
            .daemon()
            .start(() -> failure.set(readAll(source, known, queue)));
    var result = Result.NONE;
    try {
      for (Optional<Chunk> next; (next = queue.take()).isPresent(); ) {
        var chunk = next.get();
        result = result.plus(write(chunk));
        progress.written(result.documents(), chunk.part());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the import was interrupted");
    } finally {
      reader.interrupt();
    }
    rethrow(source, failure.get());
    if (result.inserted() + result.replaced() > 0) {
      analyze();
    }
    return result;
  }

  private static void rethrow(DocumentSource source, @Nullable Exception failure)
      throws IOException, SQLException {
    switch (failure) {
      case null -> {}
      case SQLException sql -> throw sql;
      default ->
          throw new IOException("cannot read %s: %s".formatted(source.name(), failure), failure);
    }
  }

  private void analyze() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          "analyze epochs, chain_share_prices, operator_shares, operator_share_prices,"
              + " share_price_blocks, epoch_dictionaries, epoch_quality, operators_metadata");
    }
    connection.commit();
  }

  private @Nullable Exception readAll(
      DocumentSource source, Set<String> known, BlockingQueue<Optional<Chunk>> queue) {
    try {
      Exception failure = null;
      var filling = new Filling(source.name(), known, queue);
      try {
        source.read(filling);
      } catch (IOException | SQLException | RuntimeException e) {
        failure = e;
      }
      filling.end();
      queue.put(Optional.empty());
      return failure;
    } catch (InterruptedException e) {
      return e;
    }
  }

  /** Fills chunk after chunk. */
  private final class Filling implements DocumentSource.Sink {
    private final String source;
    private final Set<String> known;
    private final BlockingQueue<Optional<Chunk>> queue;
    private Chunk chunk = new Chunk();

    Filling(String source, Set<String> known, BlockingQueue<Optional<Chunk>> queue) {
      this.source = source;
      this.known = known;
      this.queue = queue;
    }

    @Override
    public void take(long place, byte[] text, double part) throws InterruptedException {
      var origin = new Origin(source, place, Documents.digest(text));
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

    @Override
    public void refuse(long place, byte[] text, String reason) {
      chunk.refuse(new Rejection(source, place, "", Documents.shown(text), reason));
    }

    void end() throws InterruptedException {
      queue.put(Optional.of(chunk));
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
      connection.rollback();
      throw e;
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
