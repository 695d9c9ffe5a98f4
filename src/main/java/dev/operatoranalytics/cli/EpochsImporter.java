package dev.operatoranalytics.cli;

import dev.operatoranalytics.epochs.DocumentSource;
import dev.operatoranalytics.epochs.EpochImport;
import dev.operatoranalytics.epochs.EpochImportProgress;
import dev.operatoranalytics.epochs.EpochImportResult;
import dev.operatoranalytics.epochs.EpochSettings;
import dev.operatoranalytics.epochs.SourceFailed;
import dev.operatoranalytics.source.RejectLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code import epochs SOURCE…} and {@code import epochs --reparse}. */
final class EpochsImporter {
  private final SessionOptions options;

  EpochsImporter(SessionOptions options) {
    this.options = options;
  }

  /** Returns the number of rejected documents and issues. */
  long run(List<String> names, boolean reparse) throws Exception {
    var sources = new ArrayList<DocumentSource>();
    for (var name : names) {
      sources.add(DocumentSource.of(name));
    }
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
        return runAndReport("stored documents", progress -> imports.reparse(progress));
      }
      return importAll(sources, imports);
    }
  }

  /** Reads every source even when one fails; then the command fails. */
  private static long importAll(List<DocumentSource> sources, EpochImport imports)
      throws Exception {
    var rejected = 0L;
    SourceFailed failure = null;
    for (var source : sources) {
      try {
        rejected += runAndReport(source.name(), progress -> imports.run(source, progress));
      } catch (SourceFailed e) {
        if (failure != null) {
          System.err.println(failure.getMessage());
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return rejected;
  }

  /** An import from a source or from stored documents. */
  private interface ImportAction {
    EpochImportResult run(EpochImportProgress progress) throws Exception;
  }

  private static long runAndReport(String name, ImportAction action) throws Exception {
    var start = System.nanoTime();
    try (var progress = new ProgressLine("import " + name, "documents")) {
      var result = action.run(progress::update);
      report(name, result, (System.nanoTime() - start) / 1e9);
      if (result.documents() > 0 && result.rejected() == result.documents()) {
        throw new CommandFailed(
            "Nothing was imported from %s: all %d documents were rejected"
                .formatted(name, result.documents()));
      }
      return result.rejected() + result.issues();
    } catch (SourceFailed e) {
      report(name, e.imported(), (System.nanoTime() - start) / 1e9);
      throw e;
    }
  }

  static void report(String name, EpochImportResult result, double seconds) {
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
}
