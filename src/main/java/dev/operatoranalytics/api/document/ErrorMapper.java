package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.ErrorCode;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.database.DatabaseUnavailable;
import graphql.GraphQLContext;
import graphql.GraphQLError;
import graphql.SerializationError;
import graphql.TypeMismatchError;
import graphql.UnresolvedTypeError;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.execution.NonNullableFieldWasNullError;
import graphql.execution.NonNullableValueCoercedAsNullException;
import graphql.execution.OneOfNullValueException;
import graphql.execution.OneOfTooManyKeysException;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import io.micronaut.data.connection.exceptions.ConnectionException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps exceptions of fetchers to errors. Clients see the details of their own errors only; others
 * are logged under the {@code errorId} that the client receives.
 */
public final class ErrorMapper implements DataFetcherExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ErrorMapper.class);
  private static final String TRANSACTION_FAILED = "25P02";
  // number, instant, interval, text
  private static final Set<String> OUT_OF_RANGE =
      Set.of("22003", "22008", "22015", "22021", "22P05");
  // connection, shutdown, resources, serialization and standby conflicts, timeouts of transactions,
  // locks, prepared statements of others behind a pooler: a retry can succeed
  private static final Set<String> TRANSIENT =
      Set.of("08", "57P", "53", "40", "25P03", "25P04", "55P03", "42P05", "26000");

  @Override
  public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
      DataFetcherExceptionHandlerParameters failed) {
    var error = GraphQLError.newError().path(failed.getPath()).location(failed.getSourceLocation());
    var cause = cause(failed.getException());
    CancellationToken cancellation =
        failed.getDataFetchingEnvironment().getGraphQlContext().get(CancellationToken.class);
    if (cause instanceof UserInputError bad) {
      error
          .message("%s", bad.getMessage())
          .errorType(bad.getErrorType())
          .extensions(bad.getExtensions());
      keepCode(failed, bad.getErrorType());
    } else if (isArgumentError(cause)) {
      error
          .message("%s", cause.getMessage())
          .errorType(ErrorCode.BAD_USER_INPUT)
          .extensions(Map.of("code", ErrorCode.BAD_USER_INPUT.name()));
    } else if (cause instanceof RequestRejected rejection) {
      error
          .message("%s", rejection.getMessage())
          .errorType(rejection.code())
          .extensions(Map.of("code", rejection.code().name()));
    } else if (cancellation != null && cancellation.reason() != null) {
      describe(error, ErrorCode.TIMEOUT, null);
    } else if (isInFailedTransaction(cause)) {
      var code = context(failed).getOrDefault(ErrorCode.class, ErrorCode.UNAVAILABLE);
      error
          .message("Not read, because another field of this request failed")
          .errorType(code)
          .extensions(extensions(code, null));
    } else {
      var code = code(cause);
      keepCode(failed, code);
      describe(
          error,
          code,
          code == ErrorCode.BAD_USER_INPUT
              ? null
              : logged(code, "path=" + failed.getPath(), cause));
    }
    return CompletableFuture.completedFuture(
        DataFetcherExceptionHandlerResult.newResult(error.build()).build());
  }

  /** Stores the code of the first failure of a request, for fields that cannot be read after it. */
  private static void keepCode(DataFetcherExceptionHandlerParameters failed, ErrorCode code) {
    var _ = context(failed).computeIfAbsent(ErrorCode.class, _ -> code);
  }

  private static GraphQLContext context(DataFetcherExceptionHandlerParameters failed) {
    return failed.getDataFetchingEnvironment().getGraphQlContext();
  }

  /** PostgreSQL rejects further statements in a failed transaction. */
  private static boolean isInFailedTransaction(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && TRANSACTION_FAILED.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  /** Errors that graphql-java finds in arguments with the values of variables. */
  private static boolean isArgumentError(Throwable cause) {
    return cause instanceof OneOfNullValueException
        || cause instanceof OneOfTooManyKeysException
        || cause instanceof NonNullableValueCoercedAsNullException
        || cause instanceof CoercingParseValueException
        || cause instanceof CoercingParseLiteralException;
  }

  private static Throwable cause(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  /** Logs one line for transient errors, and the stack trace of others. */
  private static String logged(ErrorCode code, String where, Throwable cause) {
    var errorId = UUID.randomUUID().toString();
    if (code == ErrorCode.INTERNAL) {
      log.error("errorId={} {}", errorId, where, cause);
    } else {
      log.warn("errorId={} {} {}: {}", errorId, where, code, root(cause));
    }
    return errorId;
  }

  private static String root(Throwable thrown) {
    var root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }

  private static void describe(
      GraphQLError.Builder<?> error, ErrorCode code, @Nullable String errorId) {
    error.message("%s", message(code)).errorType(code).extensions(extensions(code, errorId));
  }

  private static Map<String, Object> extensions(ErrorCode code, @Nullable String errorId) {
    return errorId == null
        ? Map.of("code", code.name())
        : Map.of("code", code.name(), "errorId", errorId);
  }

  /** The response to a request that failed as a whole. */
  public static Map<String, Object> answer(Throwable thrown) {
    if (thrown instanceof GraphQLError error && code(thrown) == ErrorCode.BAD_USER_INPUT) {
      return Map.of("errors", List.of(withCode(error).toSpecification()));
    }
    var code = code(thrown);
    return answer(code, code == ErrorCode.BAD_USER_INPUT ? null : logged(code, "request", thrown));
  }

  public static Map<String, Object> answer(ErrorCode code, @Nullable String errorId) {
    return Map.of(
        "errors",
        List.of(Map.of("message", message(code), "extensions", extensions(code, errorId))));
  }

  /** Adds a code to every error, and hides details of internal errors. */
  static GraphQLError withCode(GraphQLError error) {
    if (error.getExtensions() != null && error.getExtensions().containsKey("code")) {
      return error;
    }
    if (error instanceof NonNullableFieldWasNullError
        || error instanceof SerializationError
        || error instanceof TypeMismatchError
        || error instanceof UnresolvedTypeError) {
      var errorId = UUID.randomUUID().toString();
      log.error("errorId={} path={} {}", errorId, error.getPath(), error.getMessage());
      var told = GraphQLError.newError();
      describe(told, ErrorCode.INTERNAL, errorId);
      if (error.getPath() != null) {
        told.path(error.getPath());
      }
      return told.build();
    }
    return withCode(error, ErrorCode.BAD_USER_INPUT);
  }

  static GraphQLError withCode(GraphQLError error, ErrorCode code) {
    return GraphQLError.newError()
        .message("%s", error.getMessage())
        .locations(error.getLocations() == null ? List.of() : error.getLocations())
        .errorType(code)
        .extensions(Map.of("code", code.name()))
        .build();
  }

  public static ErrorCode code(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (isArgumentError(cause)) {
        return ErrorCode.BAD_USER_INPUT;
      }
      if (cause instanceof SQLTransientConnectionException
          // a newer program has migrated the tables
          || cause instanceof DatabaseUnavailable
          // the connection broke, and later statements find it closed
          || cause instanceof ConnectionException) {
        return ErrorCode.UNAVAILABLE;
      }
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        var state = sql.getSQLState();
        if (state.equals("57014")) {
          return ErrorCode.TIMEOUT;
        }
        if (OUT_OF_RANGE.contains(state)) {
          return ErrorCode.BAD_USER_INPUT;
        }
        if (TRANSIENT.stream().anyMatch(state::startsWith)) {
          return ErrorCode.UNAVAILABLE;
        }
      }
    }
    return ErrorCode.INTERNAL;
  }

  private static String message(ErrorCode code) {
    return switch (code) {
      case BAD_USER_INPUT -> "A value is beyond what such a thing can be";
      case TIMEOUT -> "The answer took too long; ask for less";
      case UNAVAILABLE ->
          "The server is busy or cannot reach its database; try again in %s s"
              .formatted(RequestRejected.SECONDS_UNTIL_RETRY);
      default -> "This is a fault of ours; tell us the errorId";
    };
  }
}
