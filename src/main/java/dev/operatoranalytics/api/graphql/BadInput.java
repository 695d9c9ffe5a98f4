package dev.operatoranalytics.api.graphql;

import graphql.GraphQLError;
import graphql.language.SourceLocation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An argument that makes no sense; the message is for whoever sent it. */
public final class BadInput extends RuntimeException implements GraphQLError {
  private static final long serialVersionUID = 1L;

  public BadInput(String message) {
    super(message);
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
    return ErrorCode.BAD_USER_INPUT;
  }

  @Override
  public Map<String, Object> getExtensions() {
    return Map.of("code", ErrorCode.BAD_USER_INPUT.name());
  }
}
