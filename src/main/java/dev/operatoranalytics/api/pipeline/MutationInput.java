package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.pipeline.RunRequestRejected;
import graphql.schema.DataFetchingEnvironment;
import io.micronaut.data.exceptions.DataAccessException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one argument of a mutation, or an object within it. */
record MutationInput(Map<String, Object> values) {

  /** A request to the pipeline. */
  interface Request<T> {
    T send() throws SQLException;
  }

  static MutationInput of(DataFetchingEnvironment env) {
    return new MutationInput(Objects.requireNonNull(env.getArgument("input")));
  }

  <T> T get(Class<T> type, String name) {
    return Objects.requireNonNull(find(type, name), name);
  }

  <T> @Nullable T find(Class<T> type, String name) {
    return type.cast(values.get(name));
  }

  String text(String name) {
    return get(Object.class, name).toString();
  }

  @Nullable String findText(String name) {
    return Objects.toString(values.get(name), null);
  }

  /** An object within the input; empty when it is omitted. */
  @SuppressWarnings("unchecked") // the schema declares an input object
  Optional<MutationInput> object(String name) {
    return Optional.ofNullable((Map<String, Object>) values.get(name)).map(MutationInput::new);
  }

  /** Turns a rejection into an error of the response. */
  static <T> T send(Request<T> request) {
    try {
      return request.send();
    } catch (RunRequestRejected e) {
      throw switch (e.reason()) {
        case INVALID -> new UserInputError(e.getMessage());
        case NOT_FOUND -> UserInputError.notFound(e.getMessage());
        case CONFLICT -> UserInputError.conflict(e.getMessage());
      };
    } catch (SQLException e) {
      throw new DataAccessException("the request could not be stored", e);
    }
  }

  static String caller(DataFetchingEnvironment env) {
    return Objects.requireNonNull(env.getGraphQlContext().<Caller>get(Caller.class)).name();
  }
}
