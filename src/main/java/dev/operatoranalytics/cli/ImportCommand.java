package dev.operatoranalytics.cli;

import dev.operatoranalytics.source.CsvImport;
import dev.operatoranalytics.source.EventImport;
import dev.operatoranalytics.source.LineReader;
import dev.operatoranalytics.source.RejectLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code import events|strategies|prices|rates|metadata|operators-metadata|epochs SOURCE…} */
@Command(
    name = "import",
    description = "Take events, quotes, names or epochs.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

  /** What the files hold. */
  enum Subject {
    EVENTS,
    STRATEGIES,
    PRICES,
    RATES,
    METADATA,
    OPERATORS_METADATA,
    EPOCHS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Mixin private Session.Options options = new Session.Options();

  @Parameters(
      index = "0",
      paramLabel = "WHAT",
      description =
          "events (JSON lines, .gz too); epochs (documents as JSON or JSON lines, .gz too, a SQLite"
              + " file, or the URL of a PostgreSQL database); or CSV: strategies, prices, rates,"
              + " metadata, operators-metadata")
  private Subject subject = Subject.EVENTS;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "SOURCE")
  private List<String> sources = List.of();

  @Option(
      names = "--reparse",
      description = "epochs: make every table again from the documents that are kept")
  private boolean reparse;

  @Option(names = "--allow-rejects", description = "exit with 0 also when some lines were refused")
  private boolean allowRejects;

  @Override
  public Integer call() throws Exception {
    if (reparse != sources.isEmpty() || (reparse && subject != Subject.EPOCHS)) {
      throw new CommandFailed(
          "Name what to import, as in: import epochs FILE; only epochs are made again with"
              + " --reparse, and without a source");
    }
    if (subject == Subject.EPOCHS) {
      return exit(new EpochsImporter(options).run(sources, reparse));
    }
    for (var file : files()) {
      if (!Files.isReadable(file)) {
        throw new CommandFailed("Cannot read " + file);
      }
    }
    try (var session = options.open()) {
      return exit(subject == Subject.EVENTS ? events(session) : csv(session));
    }
  }

  private int exit(long rejected) {
    return rejected == 0 || allowRejects ? OperatorAnalytics.DONE : OperatorAnalytics.REJECTS;
  }

  private List<Path> files() {
    return sources.stream().map(Path::of).toList();
  }

  private long events(Session session) throws Exception {
    if (!session.databases().eventsAreOurs()) {
      throw new CommandFailed(
          "EVENTS_DB_URL names a database that is only read here; unset it to import into the"
              + " embedded one");
    }
    var all = EventImport.Result.NOTHING;
    try (var state = session.state()) {
      var imports =
          new EventImport(
              session.databases().events(),
              state,
              new RejectLog(state, System.err::println),
              Clock.systemUTC());
      for (var file : files()) {
        var size = Math.max(1, LineReader.size(file));
        var start = System.nanoTime();
        try (var progress = new ProgressLine("import " + file.getFileName(), "lines")) {
          var result =
              imports.run(file, (lines, bytes) -> progress.at(lines, (double) bytes / size));
          tell(file, result, (System.nanoTime() - start) / 1e9);
          all = all.plus(result);
        }
      }
    }
    return all.rejected();
  }

  private static void tell(Path file, EventImport.Result result, double seconds) {
    System.out.printf(
        Locale.ROOT,
        "%s: lines=%d inserted=%d present=%d removed=%d deleted=%d rejected=%d took=%.1fs"
            + " rate=%.0f/s%n",
        file,
        result.lines(),
        result.inserted(),
        result.present(),
        result.removed(),
        result.deleted(),
        result.rejected(),
        seconds,
        result.lines() / Math.max(seconds, 0.001));
    result
        .unknown()
        .forEach(
            (event, count) ->
                System.out.printf("  %d lines of unknown event %s left out%n", count, event));
  }

  private long csv(Session session) throws Exception {
    var rejected = 0L;
    try (var state = session.state()) {
      var imports =
          new CsvImport(state, new RejectLog(state, System.err::println), Clock.systemUTC());
      for (var file : files()) {
        var result = imports.run(CsvImport.Kind.valueOf(subject.name()), file);
        System.out.printf(
            "%s: rows=%d taken=%d unchanged=%d rejected=%d%n",
            file, result.rows(), result.taken(), result.unchanged(), result.rejected());
        rejected += result.rejected();
      }
    }
    return rejected;
  }
}
