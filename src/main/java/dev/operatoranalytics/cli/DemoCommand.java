package dev.operatoranalytics.cli;

import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.source.CsvImport;
import dev.operatoranalytics.source.EventImport;
import dev.operatoranalytics.source.RejectLog;
import dev.operatoranalytics.source.demo.DemoNetwork;
import dev.operatoranalytics.source.demo.DemoSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demo generate} */
@Command(
    name = "demo",
    description = "Invented data of a believable network.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = DemoCommand.GenerateCommand.class)
final class DemoCommand {

  /** {@code demo generate [DIR]} */
  @Command(
      name = "generate",
      description = "Write events, strategies, prices, rates and names as files for import.",
      mixinStandardHelpOptions = true)
  static final class GenerateCommand implements Callable<Integer> {
    @Option(names = "--operators", defaultValue = "40", description = "(default: ${DEFAULT-VALUE})")
    private int operators;

    @Option(
        names = "--delegators",
        defaultValue = "2500",
        description = "(default: ${DEFAULT-VALUE})")
    private int delegators;

    @Option(names = "--days", defaultValue = "365", description = "(default: ${DEFAULT-VALUE})")
    private int days;

    @Option(names = "--seed", defaultValue = "1", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--end", description = "last instant of the history (default: now)")
    private Instant end = Instant.now();

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "(default: demo)")
    private Path directory = Path.of("demo");

    @Override
    public Integer call() throws Exception {
      var size = new DemoSize(operators, delegators, days, seed);
      var files = DemoNetwork.generate(size, end, Files.createDirectories(directory));
      System.out.println(
          """
          written to %s; to load it:
            ./operator-analytics import events %s
            ./operator-analytics import strategies %s
            ./operator-analytics import prices %s
            ./operator-analytics import rates %s
            ./operator-analytics import metadata %s
            ./operator-analytics run state-update\
          """
              .formatted(
                  directory,
                  files.events(),
                  files.strategies(),
                  files.prices(),
                  files.rates(),
                  files.metadata()));
      return OperatorAnalytics.DONE;
    }
  }

  /** Fills empty databases with the small demo and runs the pipeline; false when they are not. */
  static boolean load(Session session) throws Exception {
    if (!session.databases().eventsAreOurs()) {
      throw new CommandFailed("--demo fills an embedded events database; unset EVENTS_DB_URL");
    }
    try (var events = session.databases().events().connect();
        var state = session.state()) {
      if (!isEmpty(events)) {
        return false;
      }
      var directory = Files.createTempDirectory("operator-analytics-demo");
      var files = DemoNetwork.generate(DemoSize.small(), Instant.now(), directory);
      var rejects = new RejectLog(state, System.err::println);
      var quotes = new CsvImport(state, rejects);
      quotes.run(CsvImport.Kind.STRATEGIES, files.strategies());
      quotes.run(CsvImport.Kind.PRICES, files.prices());
      quotes.run(CsvImport.Kind.RATES, files.rates());
      quotes.run(CsvImport.Kind.METADATA, files.metadata());
      // the events last: a demo that was interrupted is loaded again from its start
      new EventImport(session.databases().events(), rejects)
          .run(files.events(), (lines, bytes) -> {});
      for (var file :
          new Path[] {
            files.events(), files.strategies(), files.prices(), files.rates(), files.metadata()
          }) {
        Files.delete(file);
      }
      Files.delete(directory);
    }
    RunCommand.StateUpdateCommand.run(session, true, Run.Trigger.START);
    return true;
  }

  private static boolean isEmpty(java.sql.Connection events) throws java.sql.SQLException {
    try (var statement = events.createStatement();
        var row = statement.executeQuery("select not exists (select from operators)")) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
