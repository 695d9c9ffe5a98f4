package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.ConnectionUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** A source of epoch documents. */
public sealed interface DocumentSource permits FileSource, TableSource {

  /**
   * Opens a source and checks that it can be imported.
   *
   * @param name URL of a PostgreSQL database, a SQLite file, or a file of documents
   * @throws SourceFailed when it cannot be imported
   */
  static DocumentSource of(String name) throws IOException {
    if (name.matches("(jdbc:)?postgres(ql)?://.*")) {
      return checked(TableSource.postgres(ConnectionUrl.parse("the source of epochs", name)));
    }
    var file = Path.of(name);
    try {
      if (Files.isDirectory(file)) {
        throw new IOException(
            "it is a directory; expected a file of epoch documents, or a SQLite file");
      }
      return checked(TableSource.isSqlite(file) ? TableSource.sqlite(file) : new FileSource(file));
    } catch (SourceFailed e) {
      throw e;
    } catch (IOException e) {
      throw SourceFailed.atStart(name, e);
    }
  }

  private static DocumentSource checked(DocumentSource source) throws SourceFailed {
    try {
      source.check();
      return source;
    } catch (IOException | SQLException e) {
      throw SourceFailed.atStart(source.name(), e);
    }
  }

  /** Fails when the source cannot be opened, or holds no documents. */
  void check() throws IOException, SQLException;

  /** The name for messages; contains no password. */
  String name();

  /**
   * Passes every document, or row around one, to {@code sink} as JSON. Fails when it cannot read to
   * the end; documents passed before stay valid.
   */
  void read(DocumentSink sink) throws IOException, SQLException, InterruptedException;

  /** Receives documents one after the other. */
  interface DocumentSink {
    /**
     * @param position position of the document, counted from 1
     * @param fraction part of the source that has been read, 0..1
     */
    void accept(long position, byte[] text, double fraction) throws InterruptedException;
  }
}
