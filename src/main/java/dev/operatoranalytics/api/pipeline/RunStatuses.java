package dev.operatoranalytics.api.pipeline;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Reads the status of runs, outside of queries. */
@Singleton
class RunStatuses {
  private final JdbcOperations jdbc;

  RunStatuses(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** Empty when there is no such run. */
  @Connectable("api")
  Optional<String> status(String run) {
    return jdbc.prepareStatement(
        "select status from pipeline_runs where run_id = ?",
        statement -> {
          statement.setLong(1, Long.parseLong(run));
          try (var row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.<String>empty();
          }
        });
  }
}
