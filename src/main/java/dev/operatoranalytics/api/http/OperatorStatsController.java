package dev.operatoranalytics.api.http;

import dev.operatoranalytics.chain.Address;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.transaction.annotation.ReadOnly;
import jakarta.inject.Named;
import java.util.Optional;

/** The endpoint that dashboards had before GraphQL; amounts are decimal strings. */
@Controller("/api/v1/operators")
class OperatorStatsController {
  private static final String STATS =
      """
      select
          json_strip_nulls(json_build_object(
              'operator_id', operator_id,
              'tvs', json_build_object(
                  'total', trim_scale(total_tvs)::text,
                  'status', tvs_status,
                  'updated_at', to_char(
                      tvs_updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
                  ),
                  'oldest_quote_at', to_char(
                      tvs_oldest_quote_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
                  ),
                  'unpriced_strategies', unpriced_strategy_count,
                  'unknown_strategies', unknown_strategy_count,
                  'by_strategy', (
                      select
                          coalesce(
                              json_agg(
                                  json_build_object(
                                      'strategy_id', strategy_id,
                                      'strategy_name', symbol,
                                      'tvs_usd', trim_scale(tvs_usd)::text,
                                      'max_magnitude', trim_scale(max_magnitude)::text,
                                      'encumbered_magnitude', trim_scale(encumbered_magnitude)::text,
                                      'utilization_rate', trim_scale(utilization_rate)::text
                                  )
                                  order by tvs_usd desc nulls last, strategy_id
                              ),
                              '[]'
                          )
                      from operator_strategy_state as held
                      left join strategies using (strategy_id)
                      where held.operator_id = operator_state.operator_id
                  )
              ),
              'delegators', json_build_object(
                  'active', active_delegators, 'total', total_delegators
              ),
              'avs', json_build_object(
                  'active', active_avs_count, 'registered', registered_avs_count
              ),
              'operator_sets', json_build_object('active', active_operator_set_count)
          ))
      from operator_state
      where operator_id = ?
      """;

  private final JdbcOperations jdbc;

  OperatorStatsController(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  @Get("/{id}/stats")
  @Produces(MediaType.ALL)
  @ExecuteOn(TaskExecutors.BLOCKING)
  @ReadOnly("api")
  HttpResponse<?> stats(String id) {
    String address;
    try {
      address = new Address(id).value();
    } catch (IllegalArgumentException e) {
      return Problem.badInput(String.valueOf(e.getMessage()));
    }
    return find(address)
        .<HttpResponse<?>>map(
            stats -> HttpResponse.ok(stats).contentType(MediaType.APPLICATION_JSON_TYPE))
        .orElseGet(
            () ->
                HttpResponse.notFound(
                        new Problem("NOT_FOUND", "no event names operator " + address))
                    .contentType(MediaType.APPLICATION_JSON_TYPE));
  }

  private Optional<String> find(String address) {
    return jdbc.prepareStatement(
        STATS,
        statement -> {
          statement.setString(1, address);
          try (var row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.<String>empty();
          }
        });
  }
}
