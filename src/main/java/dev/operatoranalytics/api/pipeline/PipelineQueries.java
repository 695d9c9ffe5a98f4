package dev.operatoranalytics.api.pipeline;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.Repository;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;

/** Reads what the pipeline knows of itself. */
@Repository("api")
@JdbcRepository(dialect = Dialect.POSTGRES)
interface PipelineQueries extends GenericRepository<CheckResult, String> {

  @Query(
      """
      select
          pipeline_name, last_processed_at, head_block, safe_block, safe_at, guarantee, revision
      from pipeline_checkpoints
      order by last_processed_at desc nulls last
      limit 1
      """)
  Optional<Checkpoint> checkpoint();

  @Query(
      """
      select name, asset, severity, is_blocking, status, failing_rows, sample, evaluated_at
      from pipeline_checks
      order by status = 'PASSED', severity, name
      """)
  List<CheckResult> checks();

  @Query("select status from pipeline_runs where run_id = :id")
  Optional<String> runStatus(long id);

  @Query(
      """
      select
          pipeline_name, last_processed_at, head_block, safe_block, safe_at, guarantee, revision
      from pipeline_checkpoints
      where pipeline_name = :name
      """)
  Optional<Checkpoint> checkpoint(String name);

  @Query(Schedule.ROWS + "where schedule.schedule = :name")
  Optional<Schedule> schedule(String name);

  @Query(Schedule.ROWS + "order by schedule.schedule")
  List<Schedule> schedules();

  @Query("select version from data_version")
  long dataVersion();

  @Query("select is_filling from data_version")
  boolean isFilling();
}
