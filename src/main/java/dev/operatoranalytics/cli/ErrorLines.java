package dev.operatoranalytics.cli;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.database.DatabaseUnavailable;
import dev.operatoranalytics.database.FileError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line why a command failed. */
final class ErrorLines implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorAnalytics.class);

  private final boolean isLogged;

  /**
   * @param isLogged whether the line is logged instead of printed
   */
  ErrorLines(boolean isLogged) {
    this.isLogged = isLogged;
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, @Nullable ParseResult parsed) {
    if (exception instanceof CancellationException) {
      // the reason was logged already, and the program is ending
      return OperatorAnalytics.FAILED;
    }
    var message =
        switch (exception) {
          case CommandFailed e -> e.getMessage();
          case DatabaseUnavailable e -> e.getMessage();
          case IOException e -> new FileError(e).toString();
          case UncheckedIOException e -> new FileError(requireNonNull(e.getCause())).toString();
          case SQLException e -> line(e);
          default -> DatabaseUnavailable.outage(exception).map(ErrorLines::line).orElse(null);
        };
    if (message != null) {
      print(command, message);
    } else if (isLogged) {
      LOG.error("Internal error", exception);
    } else {
      exception.printStackTrace(command.getErr());
      print(command, "Internal error:  " + exception);
    }
    return OperatorAnalytics.FAILED;
  }

  private static String line(SQLException exception) {
    return "The database reported an error: "
        + String.valueOf(exception.getMessage()).replace('\n', ' ');
  }

  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    var command = exception.getCommandLine();
    var message = String.valueOf(exception.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    print(
        command,
        "%s; see `%s --help`"
            .formatted(
                message,
                command
                    .getCommandSpec()
                    .qualifiedName()
                    .replace("operator-analytics", "./operator-analytics")));
    if (!isLogged) {
      UnmatchedArgumentException.printSuggestions(exception, command.getErr());
    }
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private void print(CommandLine command, String message) {
    if (isLogged) {
      LOG.error(message);
      return;
    }
    command.getErr().println(command.getColorScheme().errorText(message));
  }
}
