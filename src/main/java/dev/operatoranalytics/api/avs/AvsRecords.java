package dev.operatoranalytics.api.avs;

import static java.util.stream.Collectors.groupingBy;

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

/** Reads what belongs to AVSs and is short enough to be read whole. */
@Repository("api")
@JdbcRepository(dialect = Dialect.POSTGRES)
public interface AvsRecords extends GenericRepository<AvsPeriod, String> {

  @Query(
      """
      select
          operator_id, avs_id, nullif(operator_set_id, '') as operator_set_id, registered_block,
          registered_at, unregistered_block, unregistered_at
      from operator_avs_registration_history
      join unnest(:operators, :avses) as asked (operator_id, avs_id) using (operator_id, avs_id)
      order by registered_block desc, registered_log_index desc
      """)
  List<AvsPeriod> periods(
      @TypeDef(type = DataType.STRING_ARRAY) String[] operators,
      @TypeDef(type = DataType.STRING_ARRAY) String[] avses);

  /** An operator at an AVS. */
  record Place(String operatorId, String avsId) {}

  default Map<Place, List<AvsPeriod>> periodsAt(Collection<Place> places) {
    var operators = places.stream().map(Place::operatorId).toArray(String[]::new);
    var avses = places.stream().map(Place::avsId).toArray(String[]::new);
    var found = new HashMap<Place, List<AvsPeriod>>();
    places.forEach(place -> found.put(place, List.of()));
    found.putAll(
        periods(operators, avses).stream()
            .collect(groupingBy(period -> new Place(period.operatorId(), period.avsId()))));
    return found;
  }
}
