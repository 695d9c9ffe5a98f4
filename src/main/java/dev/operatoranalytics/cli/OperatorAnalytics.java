package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.DatabaseUnavailable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

/** The command line: {@code ./operator-analytics <command>}. */
@Command(
    name = "operator-analytics",
    description = "What every staking operator holds, for whom, at which risk, at what price.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ServeCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      RunCommand.class,
      BackfillCommand.class,
      SchedulesCommand.class,
      ChecksCommand.class,
      StatusCommand.class,
      PrepareEventsCommand.class,
      DemoCommand.class,
      SqlCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      RehearseCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the work was done",
      "1:it was not, the message says why",
      "2:the command line was not understood",
      "3:done, but some input was refused"
    })
public final class OperatorAnalytics {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int REJECTS = 3;

  public static int run(String[] arguments) {
    // numbers in SQL and messages have ASCII digits, and messages are English, wherever it runs
    Locale.setDefault(Locale.ROOT);
    return new CommandLine(new OperatorAnalytics())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(oneClearLine())
        .execute(arguments);
  }

  private static IExecutionExceptionHandler oneClearLine() {
    return (exception, command, parsed) -> {
      if (exception instanceof CancellationException) {
        // it has been told, and the program ends
        return FAILED;
      }
      var message =
          switch (exception) {
            case CommandFailed e -> e.getMessage();
            case DatabaseUnavailable e -> e.getMessage();
            case NoSuchFileException e -> "No such file: " + e.getFile();
            case IOException e -> e.getMessage();
            case SQLException e ->
                "The database refused: " + String.valueOf(e.getMessage()).replace('\n', ' ');
            default -> null;
          };
      if (message == null) {
        exception.printStackTrace(command.getErr());
        message = "This is a fault of the program: " + exception;
      }
      command.getErr().println(command.getColorScheme().errorText(message));
      return FAILED;
    };
  }
}
