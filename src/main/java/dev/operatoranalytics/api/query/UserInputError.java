package dev.operatoranalytics.api.query;

import graphql.GraphQLError;
import graphql.language.SourceLocation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An argument is invalid; the message is meant for the client. */
public final class UserInputError extends RuntimeException implements GraphQLError {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public UserInputError(String message) {
    this(ErrorCode.BAD_USER_INPUT, message);
  }

  private UserInputError(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /** The object to change does not exist. */
  public static UserInputError notFound(String message) {
    return new UserInputError(ErrorCode.NOT_FOUND, message);
  }

  /** The request is valid, but conflicts with the current state. */
  public static UserInputError conflict(String message) {
    return new UserInputError(ErrorCode.CONFLICT, message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  @Override
  public @Nullable List<SourceLocation> getLocations() {
    return null;
  }

  @Override
  public ErrorCode getErrorType() {
    return code;
  }

  @Override
  public Map<String, Object> getExtensions() {
    return Map.of("code", code.name());
  }
}
