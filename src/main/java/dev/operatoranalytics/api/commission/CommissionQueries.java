package dev.operatoranalytics.api.commission;

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

/** Reads commission rates and how they came to be. */
@Repository("api")
@JdbcRepository(dialect = Dialect.POSTGRES)
interface CommissionQueries extends GenericRepository<CommissionRate, String> {

  @Query(
      """
      select
          operator_id, commission_kind, subject_id, current_bips, is_default, upcoming_bips,
          activates_at
      from operator_commission_rates
      where operator_id = any(:operators)
      order by commission_kind desc, subject_id
      """)
  List<CommissionRate> rates(@TypeDef(type = DataType.STRING_ARRAY) String[] operators);

  @Query(
      """
      select
          operator_id, commission_kind, subject_id, set_block, set_at, activates_at, old_bips,
          new_bips, caller
      from operator_commission_history
      where operator_id = any(:operators)
      order by set_block desc, set_log_index desc
      """)
  List<CommissionChange> changes(@TypeDef(type = DataType.STRING_ARRAY) String[] operators);

  /** The rate that a history belongs to. */
  record Rate(String operatorId, String kind, String subjectId) {}

  default Map<String, List<CommissionRate>> ratesOf(Collection<String> operators) {
    var found = new HashMap<String, List<CommissionRate>>();
    operators.forEach(operator -> found.put(operator, List.of()));
    found.putAll(
        rates(operators.toArray(String[]::new)).stream()
            .collect(groupingBy(CommissionRate::operatorId)));
    return found;
  }

  default Map<Rate, List<CommissionChange>> changesOf(Collection<Rate> rates) {
    var operators = rates.stream().map(Rate::operatorId).distinct().toArray(String[]::new);
    var found = new HashMap<Rate, List<CommissionChange>>();
    rates.forEach(rate -> found.put(rate, List.of()));
    changes(operators).stream()
        .collect(
            groupingBy(
                change ->
                    new Rate(change.operatorId(), change.commissionKind(), change.subjectId())))
        .forEach(found::replace);
    return found;
  }
}
