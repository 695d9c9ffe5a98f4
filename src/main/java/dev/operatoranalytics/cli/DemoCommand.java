package dev.operatoranalytics.cli;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.source.demo.DemoNetwork;
import dev.operatoranalytics.source.demo.DemoSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code demo generate} */
@Command(
    name = "demo",
    description = "Generate data of a simulated network.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = DemoCommand.GenerateCommand.class)
final class DemoCommand {

  /** {@code demo generate [DIR]} */
  @Command(
      name = "generate",
      description =
          "Write events, strategies, prices, rates, names and epochs as files for import.",
      mixinStandardHelpOptions = true)
  static final class GenerateCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec command;

    @Option(
        names = "--operators",
        defaultValue = "96",
        description = "number of operators (default: ${DEFAULT-VALUE})")
    private int operators;

    @Option(
        names = "--delegators",
        defaultValue = "2500",
        description = "approximate number of delegators (default: ${DEFAULT-VALUE})")
    private int delegators;

    @Option(
        names = "--days",
        defaultValue = "365",
        description = "days of history (default: ${DEFAULT-VALUE})")
    private int days;

    @Option(
        names = "--epochs",
        defaultValue = "3600",
        description = "epochs of the domain, 117 per day (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(
        names = "--domain-operators",
        defaultValue = "6",
        description = "number of operators of the domain (default: ${DEFAULT-VALUE})")
    private int domainOperators;

    @Option(
        names = "--seed",
        defaultValue = "20260122",
        description = "the same seed and end give the same files (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--end", description = "last instant of the history (default: now)")
    private Instant end = Instant.now();

    @Parameters(
        paramLabel = "DIR",
        arity = "0..1",
        description = "directory to write (default: demo)")
    private Path directory = Path.of("demo");

    private DemoSize size() {
      try {
        return new DemoSize(operators, delegators, days, epochs, domainOperators, seed);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            requireNonNull(command).commandLine(), String.valueOf(e.getMessage()), e);
      }
    }

    @Override
    public Integer call() throws Exception {
      var size = size();
      var files = DemoNetwork.generate(size, end, Files.createDirectories(directory));
      System.out.println(
          """
          Written to %s. To load it:
            ./operator-analytics import events %s
            ./operator-analytics import strategies %s
            ./operator-analytics import prices %s
            ./operator-analytics import rates %s
            ./operator-analytics import metadata %s
            ./operator-analytics import epochs %s
            ./operator-analytics run state-update
          The expected rows of the tables are in %s\
          """
              .formatted(
                  directory,
                  files.events(),
                  files.strategies(),
                  files.prices(),
                  files.rates(),
                  files.metadata(),
                  files.epochs(),
                  files.expected()));
      return OperatorAnalytics.DONE;
    }
  }
}
