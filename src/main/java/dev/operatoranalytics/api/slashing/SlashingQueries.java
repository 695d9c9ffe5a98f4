package dev.operatoranalytics.api.slashing;

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

/** Reads what slashes took. */
@Repository("api")
@JdbcRepository(dialect = Dialect.POSTGRES)
interface SlashingQueries extends GenericRepository<SlashingAmount, String> {

  @Query(
      """
      select
          operator_id, transaction_hash, log_index, strategy_id, wad_slashed, shares,
          cumulative_wad_slashed, slashed_usd
      from operator_slashing_amounts
      where operator_id = any(:operators) and transaction_hash = any(:transactions)
      order by strategy_id
      """)
  List<SlashingAmount> amounts(
      @TypeDef(type = DataType.STRING_ARRAY) String[] operators,
      @TypeDef(type = DataType.STRING_ARRAY) String[] transactions);

  /** The slash that an amount belongs to. */
  record Slash(String operatorId, String transactionHash, long logIndex) {}

  default Map<Slash, List<SlashingAmount>> amountsOf(Collection<Slash> slashes) {
    var found = new HashMap<Slash, List<SlashingAmount>>();
    slashes.forEach(slash -> found.put(slash, List.of()));
    amounts(
            slashes.stream().map(Slash::operatorId).distinct().toArray(String[]::new),
            slashes.stream().map(Slash::transactionHash).distinct().toArray(String[]::new))
        .stream()
        .collect(
            groupingBy(
                amount ->
                    new Slash(amount.operatorId(), amount.transactionHash(), amount.logIndex())))
        .forEach(found::replace);
    return found;
  }
}
