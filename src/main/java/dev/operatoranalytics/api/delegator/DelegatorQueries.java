package dev.operatoranalytics.api.delegator;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

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
import java.util.function.Function;

/** Reads delegators and what they hold. */
@Repository("api")
@JdbcRepository(dialect = Dialect.POSTGRES)
public interface DelegatorQueries extends GenericRepository<Delegator, String> {

  @Query(
      """
      select asked.staker_id, current.operator_id, current.delegated_at, current.tvs_usd
      from unnest(:addresses) as asked (staker_id)
      left join operator_delegators as current
          on current.staker_id = asked.staker_id and current.is_delegated
      where exists (
          select from operator_delegator_history as period
          where period.staker_id = asked.staker_id
      ) or current.staker_id is not null
      """)
  List<Delegator> list(@TypeDef(type = DataType.STRING_ARRAY) String[] addresses);

  @Query(
      """
      select
          shares.operator_id, shares.staker_id, shares.strategy_id, shares.shares,
          case when shares.shares is null then 'PARTIAL_HISTORY' else 'KNOWN' end as shares_status,
          shares.tvs_usd
      from operator_delegator_shares as shares
      join unnest(:operators, :stakers) as asked (operator_id, staker_id)
          using (operator_id, staker_id)
      order by shares.tvs_usd desc nulls last, shares.strategy_id
      """)
  List<DelegatorShare> shares(
      @TypeDef(type = DataType.STRING_ARRAY) String[] operators,
      @TypeDef(type = DataType.STRING_ARRAY) String[] stakers);

  @Query(
      """
      select staker_id, operator_id, delegated_at, undelegated_at, was_forced
      from operator_delegator_history
      where staker_id = any(:addresses)
      order by delegated_block desc, delegated_log_index desc
      """)
  List<DelegationPeriod> periods(@TypeDef(type = DataType.STRING_ARRAY) String[] addresses);

  default Map<String, Delegator> byAddress(Collection<String> addresses) {
    return list(addresses.toArray(String[]::new)).stream()
        .collect(toMap(Delegator::stakerId, Function.identity(), (one, other) -> one));
  }

  /** A staker at one operator. */
  record Place(String operatorId, String stakerId) {}

  default Map<Place, List<DelegatorShare>> sharesAt(Collection<Place> places) {
    var operators = places.stream().map(Place::operatorId).toArray(String[]::new);
    var stakers = places.stream().map(Place::stakerId).toArray(String[]::new);
    var found = new HashMap<Place, List<DelegatorShare>>();
    places.forEach(place -> found.put(place, List.of()));
    found.putAll(
        shares(operators, stakers).stream()
            .collect(groupingBy(share -> new Place(share.operatorId(), share.stakerId()))));
    return found;
  }

  default Map<String, List<DelegationPeriod>> periodsOf(Collection<String> addresses) {
    var found = new HashMap<String, List<DelegationPeriod>>();
    addresses.forEach(address -> found.put(address, List.of()));
    found.putAll(
        periods(addresses.toArray(String[]::new)).stream()
            .collect(groupingBy(DelegationPeriod::stakerId)));
    return found;
  }
}
