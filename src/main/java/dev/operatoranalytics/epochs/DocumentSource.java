package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.ConnectionUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** Where documents come from. */
public sealed interface DocumentSource permits FileSource, TableSource {

  /**
   * Opens a source, and looks whether there is what an import needs.
   *
   * @param name URL of a PostgreSQL database, a SQLite file, or a file of documents
   * @throws SourceFailed when there is not
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

  /** Fails when it cannot be opened, or holds something else than documents. */
  void check() throws IOException, SQLException;

  /** What messages call it; never tells a password. */
  String name();

  /**
   * Hands over every document, or row around one, as JSON. Fails when it cannot come to the end;
   * what was handed over before counts.
   */
  void read(DocumentSink sink) throws IOException, SQLException, InterruptedException;

  /** Takes documents one after the other. */
  interface DocumentSink {
    /**
     * @param place of the document, counted from 1
     * @param part of the source that has been read, 0..1
     */
    void accept(long position, byte[] text, double fraction) throws InterruptedException;
  }
}
