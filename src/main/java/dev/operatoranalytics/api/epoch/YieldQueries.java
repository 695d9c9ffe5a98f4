package dev.operatoranalytics.api.epoch;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how much stake grew by rewards. */
@Singleton
class YieldQueries {
  private static final double SECONDS_PER_BLOCK = 6.13;
  private static final double BLOCKS_PER_DAY = 86_400 / SECONDS_PER_BLOCK;
  // compounded 365 times, the luck of a day becomes any number
  private static final int MIN_ANNUALIZED_DAYS = 7;
  private static final int MAX_ANNUAL_GROWTH = 1_000;

  private final JdbcOperations jdbc;

  YieldQueries(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether the part of a deposit that goes into the storage fund, and earns nothing, counts. */
  public enum YieldBasis {
    /** On the stake at work alone. */
    GROSS,
    /** On the whole deposit, of which 20 % go into the storage fund. */
    NET
  }

  /** Which yield is asked for. */
  record Asked(int operatorId, int days, YieldBasis basis) {}

  /**
   * Growth of the stake for one share.
   *
   * @param days asked for
   * @param firstEpoch whose price the window begins with
   * @param lastEpoch whose price it ends with
   * @param growth over the window, as a fraction
   * @param annualized the same over 365 days, compounded; null for the reason
   * @param reason why annualized is null; null when it is not
   */
  public record Yield(
      int days,
      YieldBasis basis,
      int firstEpoch,
      int lastEpoch,
      BigDecimal growth,
      @Nullable BigDecimal annualized,
      @Nullable String reason) {}

  /** None where the window is longer than the data, or begins with a price of 0. */
  Map<Asked, Yield> yields(Collection<Asked> asked) {
    return jdbc.prepareStatement(
        """
        select
            asked.operator_id, asked.days, asked.basis, earlier.epoch, newest.epoch, growth,
            case when reason is null then round(power(1 + growth, windows_a_year) - 1, 18) end,
            reason
        from unnest(?::integer[], ?::integer[], ?::text[]) as asked (operator_id, days, basis)
        cross join lateral (
            select epoch, end_block, stake_per_share_perq
            from operator_share_prices
            join epochs using (epoch)
            where operator_id = asked.operator_id
                and stake_per_share_perq is not null and end_block is not null
            order by epoch desc
            limit 1
        ) as newest
        cross join lateral (
            select epoch, end_block, stake_per_share_perq
            from operator_share_prices
            join epochs using (epoch)
            where operator_id = asked.operator_id and stake_per_share_perq is not null
                and end_block <= newest.end_block - asked.days * ?::numeric
            order by epoch desc
            limit 1
        ) as earlier
        cross join lateral (
            select
                -- whole numbers: a quotient has 16 digits otherwise
                round(
                    (newest.stake_per_share_perq - earlier.stake_per_share_perq)
                        * case asked.basis when 'NET' then 0.8 else 1 end * 1000000000000000000
                        / nullif(earlier.stake_per_share_perq, 0)
                ) * 0.000000000000000001 as growth,
                365 * 86400::numeric(40, 25)
                    / ((newest.end_block - earlier.end_block) * ?::numeric) as windows_a_year
        ) as grown
        cross join lateral (
            select
                case
                    when windows_a_year > 365.0 / ? then 'WINDOW_TOO_SHORT'
                    when growth > 0 and ln(1 + growth) * windows_a_year > ln(1 + ?::numeric)
                        then 'BEYOND_MEASURE'
                end as reason
        ) as judged
        where growth is not null
        """,
        statement -> {
          var connection = statement.getConnection();
          statement.setArray(
              1,
              connection.createArrayOf("integer", asked.stream().map(Asked::operatorId).toArray()));
          statement.setArray(
              2, connection.createArrayOf("integer", asked.stream().map(Asked::days).toArray()));
          statement.setArray(
              3,
              connection.createArrayOf(
                  "text", asked.stream().map(one -> one.basis().name()).toArray()));
          statement.setDouble(4, BLOCKS_PER_DAY);
          statement.setBigDecimal(5, BigDecimal.valueOf(SECONDS_PER_BLOCK));
          statement.setInt(6, MIN_ANNUALIZED_DAYS);
          statement.setInt(7, MAX_ANNUAL_GROWTH);
          var yields = new HashMap<Asked, Yield>();
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              var basis = YieldBasis.valueOf(rows.getString(3));
              yields.put(
                  new Asked(rows.getInt(1), rows.getInt(2), basis),
                  new Yield(
                      rows.getInt(2),
                      basis,
                      rows.getInt(4),
                      rows.getInt(5),
                      rows.getBigDecimal(6),
                      rows.getBigDecimal(7),
                      rows.getString(8)));
            }
          }
          return yields;
        });
  }
}
