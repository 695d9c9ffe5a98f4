package dev.operatoranalytics.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

/** The command line: {@code ./operator-analytics <command>}. */
@Command(
    name = "operator-analytics",
    description = "Analytics of staking operators: their stake, delegators, risk and prices.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ServeCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      RunCommand.class,
      BackfillCommand.class,
      SchedulesCommand.class,
      ChecksCommand.class,
      RewardsCommand.class,
      StatusCommand.class,
      PrepareEventsCommand.class,
      DemoCommand.class,
      SqlCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      TrainCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success",
      "1:failure; the message says why",
      "2:invalid command line",
      "3:success, but some input was rejected"
    })
public final class OperatorAnalytics {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int REJECTS = 3;

  private final Map<String, String> environment;

  private OperatorAnalytics(Map<String, String> environment) {
    this.environment = environment;
  }

  public static int run(String[] arguments) {
    // numbers have ASCII digits and messages are English in every locale
    Locale.setDefault(Locale.ROOT);
    if (!isLogJson(System.getenv())) {
      return commandLine(System.getenv()).execute(arguments);
    }
    LoggedLines.logUncaught();
    System.setErr(LoggedLines.stream());
    if (arguments.length > 0 && arguments[0].equalsIgnoreCase("serve")) {
      // containers merge both outputs; other commands print their results
      System.setOut(LoggedLines.stream());
    }
    try {
      return commandLine(System.getenv()).execute(arguments);
    } finally {
      System.out.close();
      System.err.close();
    }
  }

  private static boolean isLogJson(Map<String, String> environment) {
    return "json".equals(environment.get("LOGGING_FORMAT"));
  }

  /**
   * @param environment holds the URLs of the databases
   */
  static CommandLine commandLine(Map<String, String> environment) {
    var errors = new ErrorLines(isLogJson(environment));
    return new CommandLine(new OperatorAnalytics(environment))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setSubcommandsCaseInsensitive(true)
        .registerConverter(
            LocalDate.class, text -> parse(text, LocalDate::parse, "a day such as 2026-01-22"))
        .registerConverter(
            Instant.class,
            text -> parse(text, Instant::parse, "an instant such as 2026-01-22T12:00:00Z"))
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors);
  }

  Map<String, String> environment() {
    return environment;
  }

  private static <T> T parse(String text, Function<String, T> parser, String expected) {
    try {
      return parser.apply(text);
    } catch (DateTimeException e) {
      throw new TypeConversionException("'%s' is not %s".formatted(text, expected));
    }
  }
}
