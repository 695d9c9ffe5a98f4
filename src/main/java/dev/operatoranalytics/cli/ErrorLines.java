package dev.operatoranalytics.cli;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.database.DatabaseUnavailable;
import dev.operatoranalytics.database.FileError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints in one line why a command failed. */
final class ErrorLines implements IExecutionExceptionHandler, IParameterExceptionHandler {

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
          case SQLException e ->
              "The database reported an error: "
                  + String.valueOf(e.getMessage()).replace('\n', ' ');
          default -> null;
        };
    if (message == null) {
      exception.printStackTrace(command.getErr());
      message = "Internal error:  " + exception;
    }
    print(command, message);
    return OperatorAnalytics.FAILED;
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
    UnmatchedArgumentException.printSuggestions(exception, command.getErr());
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static void print(CommandLine command, String message) {
    command.getErr().println(command.getColorScheme().errorText(message));
  }
}
