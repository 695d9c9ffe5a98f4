package dev.operatoranalytics.api.withdrawal;

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

/** Reads what withdrawals take. */
@Repository("api")
@JdbcRepository(dialect = Dialect.POSTGRES)
interface WithdrawalQueries extends GenericRepository<QueuedShares, String> {

  @Query(
      """
      select withdrawal_root, queued.strategy_id, queued.shares
      from queued_withdrawals
      cross join lateral unnest(strategies, shares) with ordinality
          as queued (strategy_id, shares, place)
      where operator_id = any(:operators) and withdrawal_root = any(:roots)
      order by withdrawal_root, place
      """)
  List<QueuedShares> shares(
      @TypeDef(type = DataType.STRING_ARRAY) String[] operators,
      @TypeDef(type = DataType.STRING_ARRAY) String[] roots);

  /** A withdrawal from an operator. */
  record Withdrawal(String operatorId, String root) {}

  default Map<Withdrawal, List<QueuedShares>> sharesOf(Collection<Withdrawal> withdrawals) {
    var byRoot =
        shares(
                withdrawals.stream().map(Withdrawal::operatorId).distinct().toArray(String[]::new),
                withdrawals.stream().map(Withdrawal::root).toArray(String[]::new))
            .stream()
            .collect(groupingBy(QueuedShares::withdrawalRoot));
    var found = new HashMap<Withdrawal, List<QueuedShares>>();
    withdrawals.forEach(
        withdrawal -> found.put(withdrawal, byRoot.getOrDefault(withdrawal.root(), List.of())));
    return found;
  }
}
