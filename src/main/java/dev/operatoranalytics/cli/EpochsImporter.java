package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.epochs.DocumentSource;
import dev.operatoranalytics.epochs.EpochImport;
import dev.operatoranalytics.epochs.EpochSettings;
import dev.operatoranalytics.epochs.FileSource;
import dev.operatoranalytics.epochs.TableSource;
import dev.operatoranalytics.source.RejectLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code import epochs SOURCE…} and {@code import epochs --reparse}. */
final class EpochsImporter {
  private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  private final Session.Options options;

  EpochsImporter(Session.Options options) {
    this.options = options;
  }

  /** How much was refused. */
  long run(List<String> names, boolean reparse) throws Exception {
    var sources = names.stream().map(EpochsImporter::source).toList();
    try (var session = options.open();
        var state = session.state();
        var rejects = session.state()) {
      var imports =
          new EpochImport(
              state,
              new RejectLog(rejects, System.err::println),
              session.bean(EpochSettings.class).domainId(),
              System.err::println);
      if (reparse) {
        return told("the kept documents", progress -> imports.reparse(progress));
      }
      var refused = 0L;
      for (var source : sources) {
        refused += told(source.name(), progress -> imports.run(source, progress));
      }
      return refused;
    }
  }

  /** An import, whatever from. */
  private interface Work {
    EpochImport.Result run(EpochImport.Progress progress) throws Exception;
  }

  private static long told(String name, Work work) throws Exception {
    var start = System.nanoTime();
    try (var progress = new ProgressLine("import " + name, "documents")) {
      var result = work.run(progress::at);
      tell(name, result, (System.nanoTime() - start) / 1e9);
      return result.rejected() + result.issues();
    }
  }

  static void tell(String name, EpochImport.Result result, double seconds) {
    System.out.printf(
        Locale.ROOT,
        "%s: documents=%d inserted=%d replaced=%d present=%d superseded=%d rejected=%d issues=%d"
            + " rows=%d took=%.1fs%n",
        name,
        result.documents(),
        result.inserted(),
        result.replaced(),
        result.present(),
        result.superseded(),
        result.rejected(),
        result.issues(),
        result.rows(),
        seconds);
  }

  /** A URL of PostgreSQL, a SQLite file, or a file of documents. */
  static DocumentSource source(String name) {
    if (name.matches("(jdbc:)?postgres(ql)?://.*")) {
      return TableSource.postgres(ConnectionUrl.parse("the source", name));
    }
    var file = Path.of(name);
    if (!Files.isReadable(file)) {
      throw new CommandFailed("Cannot read " + file);
    }
    return isSqlite(file) ? TableSource.sqlite(file) : new FileSource(file);
  }

  private static boolean isSqlite(Path file) {
    try (var bytes = Files.newInputStream(file)) {
      return Arrays.equals(bytes.readNBytes(SQLITE.length), SQLITE);
    } catch (IOException e) {
      throw new CommandFailed("Cannot read " + file + ": " + e.getMessage());
    }
  }
}
