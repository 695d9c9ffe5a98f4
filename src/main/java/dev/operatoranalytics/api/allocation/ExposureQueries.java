package dev.operatoranalytics.api.allocation;

import static java.util.stream.Collectors.groupingBy;

import dev.operatoranalytics.api.delegator.DelegatorQueries.Place;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.Repository;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads which operator sets can slash what delegators hold. */
@Repository("api")
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ExposureQueries extends GenericRepository<Exposure, String> {

  @Query(
      """
      select
          held.operator_id, held.staker_id, allocation.operator_set_id, allocation.strategy_id,
          div(held.shares * allocation.current_magnitude, state.max_magnitude) as slashable_shares,
          case when held.shares is null then 'PARTIAL_HISTORY' else 'KNOWN' end as shares_status,
          ratio(held.tvs_usd * allocation.current_magnitude, state.max_magnitude) as slashable_usd
      from unnest(:operators, :stakers) as asked (operator_id, staker_id)
      join operator_delegator_shares as held using (operator_id, staker_id)
      join operator_allocations as allocation using (operator_id, strategy_id)
      join operator_strategy_state as state using (operator_id, strategy_id)
      where allocation.is_slashable and state.max_magnitude > 0
      order by slashable_usd desc nulls last, allocation.operator_set_id, allocation.strategy_id
      """)
  List<Exposure> exposures(
      @TypeDef(type = DataType.STRING_ARRAY) String[] operators,
      @TypeDef(type = DataType.STRING_ARRAY) String[] stakers);

  default Map<Place, List<Exposure>> at(Collection<Place> places) {
    var operators = places.stream().map(Place::operatorId).toArray(String[]::new);
    var stakers = places.stream().map(Place::stakerId).toArray(String[]::new);
    var found = new HashMap<Place, List<Exposure>>();
    places.forEach(place -> found.put(place, List.of()));
    found.putAll(
        exposures(operators, stakers).stream()
            .collect(groupingBy(each -> new Place(each.operatorId(), each.stakerId()))));
    return found;
  }
}
