package dev.operatoranalytics.epochs;

import dev.operatoranalytics.database.ConnectionUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;

/** Where documents come from. */
public sealed interface DocumentSource permits FileSource, TableSource {

  /**
   * @param name URL of a PostgreSQL database, a SQLite file, or a file of documents
   */
  static DocumentSource of(String name) throws IOException {
    if (name.matches("(jdbc:)?postgres(ql)?://.*")) {
      return TableSource.postgres(ConnectionUrl.parse("the source of epochs", name));
    }
    var file = Path.of(name);
    if (!Files.isReadable(file)) {
      throw new NoSuchFileException(name);
    }
    return TableSource.isSqlite(file) ? TableSource.sqlite(file) : new FileSource(file);
  }

  /** What messages call it; never tells a password. */
  String name();

  /** Hands over every document, or row around one, as JSON. */
  void read(Sink sink) throws IOException, SQLException, InterruptedException;

  /** Takes documents one after the other. */
  interface Sink {
    /**
     * @param place of the document, counted from 1
     * @param part of the source that has been read, 0..1
     */
    void take(long place, byte[] text, double part) throws InterruptedException;

    /** What is no document, or the end of what can be read. */
    void refuse(long place, byte[] text, String reason) throws InterruptedException;
  }
}
