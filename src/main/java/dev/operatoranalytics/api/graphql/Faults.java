package dev.operatoranalytics.api.graphql;

import graphql.GraphQLError;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What went wrong while a field was answered. Only what clients did wrong is told to them; the rest
 * is in the log under the {@code errorId} that they get.
 */
final class Faults implements DataFetcherExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(Faults.class);

  @Override
  public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
      DataFetcherExceptionHandlerParameters failed) {
    var error = GraphQLError.newError().path(failed.getPath()).location(failed.getSourceLocation());
    var cause = cause(failed.getException());
    if (cause instanceof BadInput input) {
      error
          .message("%s", input.getMessage())
          .errorType(ErrorCode.BAD_USER_INPUT)
          .extensions(Map.of("code", ErrorCode.BAD_USER_INPUT.name()));
    } else {
      var errorId = UUID.randomUUID().toString();
      var code = code(cause);
      log.error("errorId={} path={}", errorId, failed.getPath(), cause);
      error
          .message("%s", message(code))
          .errorType(code)
          .extensions(Map.of("code", code.name(), "errorId", errorId));
    }
    return CompletableFuture.completedFuture(
        DataFetcherExceptionHandlerResult.newResult(error.build()).build());
  }

  private static Throwable cause(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  static ErrorCode code(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        var state = sql.getSQLState();
        if (state.equals("57014")) {
          return ErrorCode.TIMEOUT;
        }
        if (state.startsWith("08") || state.startsWith("57P") || state.startsWith("53")) {
          return ErrorCode.UNAVAILABLE;
        }
      }
    }
    return ErrorCode.INTERNAL;
  }

  static String message(ErrorCode code) {
    return switch (code) {
      case TIMEOUT -> "The answer took too long; ask for less";
      case UNAVAILABLE -> "The database cannot be reached at the moment; try again later";
      default -> "This is a fault of ours; tell us the errorId";
    };
  }
}
