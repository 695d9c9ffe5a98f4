package dev.operatoranalytics.api.query;

import graphql.GraphQLError;
import graphql.language.SourceLocation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An argument that nothing can be done with; the message is for whoever sent it. */
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

  /** What is asked to change is not there. */
  public static UserInputError notFound(String message) {
    return new UserInputError(ErrorCode.NOT_FOUND, message);
  }

  /** It makes sense, but not as things are now. */
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
