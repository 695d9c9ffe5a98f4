package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;

/**
 * Sums the daily rewards of earners by month, because a row per earner and day would grow without
 * end. Days are summed once they are in an active claim tree, complete and a week old: a week or
 * more at a time, because all sums of the month are written again.
 */
public final class RewardMonths {
  // late events change recent days more often than old ones
  private static final int MIN_AGE_DAYS = 7;
  private static final int MIN_DAYS = 7;

  private static final String LOCK = "hashtextextended('earner_monthly_rewards', 0)";

  /**
   * Opens the month of a day that is computed again, when the day is summed: deletes the sums and
   * marks the other summed days as stale.
   */
  public static void open(Connection state, LocalDate day) throws SQLException {
    lock(state, "select pg_advisory_xact_lock_shared(" + LOCK + ")");
    var month = day.withDayOfMonth(1);
    try (var forget =
            state.prepareStatement(
                """
                delete from earner_summed_months
                where month = ? and until_date > ?
                returning until_date
                """);
        var delete = state.prepareStatement("delete from earner_monthly_rewards where month = ?")) {
      forget.setObject(1, month);
      forget.setObject(2, day);
      try (var summed = forget.executeQuery()) {
        if (summed.next()) {
          delete.setObject(1, month);
          delete.executeUpdate();
          var until = summed.getObject(1, LocalDate.class);
          Partitions.ANALYTICS.markStale(
              state, month, until.minusDays(1), Partitions.StaleReason.REWARDS_CHANGED);
        }
      }
    }
  }

  /** Sums days that are complete as of a day; does nothing while another day is written. */
  public static void sum(Connection state, LocalDate day) throws SQLException {
    if (!lock(state, "select pg_try_advisory_xact_lock(" + LOCK + ")")) {
      return;
    }
    Sql.update(
        state,
        """
        with
        months as (
            select
                starts.month::date as month,
                coalesce(summed.until_date, starts.month::date) as from_date,
                (starts.month + interval '1 month')::date as next_month
            from generate_series(
                date_trunc('month', (select min(snapshot_date) from earner_days)::timestamp),
                date_trunc('month', (?::date - %1$s)::timestamp),
                interval '1 month'
            ) as starts (month)
            left join earner_summed_months as summed on summed.month = starts.month::date
        ),
        ready as (
            select
                months.month,
                months.from_date,
                months.next_month,
                least(
                    months.next_month,
                    root.until_date,
                    ?::date - %1$s,
                    (
                        select min(partition_date)
                        from pipeline_partitions
                        where
                            stage = 'analytics'
                            and status <> 'DONE'
                            and partition_date >= months.from_date
                            and partition_date < months.next_month
                    )
                ) as until_date
            from months
            cross join active_distribution_root as root
        ),
        -- looks in the index: all rows of all days would take long on each day
        complete as (
            select month, from_date, until_date
            from ready
            where
                (until_date = next_month or until_date - from_date >= %2$s)
                and exists (
                    select from earner_days
                    where snapshot_date >= from_date and snapshot_date < until_date
                )
        ),
        marked as (
            insert into earner_summed_months (month, until_date)
            select month, until_date from complete
            on conflict (month) do update set until_date = excluded.until_date
        ),
        prices as (
            select distinct on (token, day)
                token,
                (at at time zone 'UTC')::date as day,
                price_usd * ('1e-' || decimals)::numeric as usd_per_unit
            from token_prices
            join token_metadata using (token)
            where decimals is not null
            order by token, day, at desc
        ),
        taken as (
            delete from earner_days as days
            using complete
            where
                days.snapshot_date >= complete.from_date
                and days.snapshot_date < complete.until_date
            returning complete.month, days.snapshot_date, days.earner, days.tokens, days.amounts
        ),
        summed as (
            select taken.month, taken.snapshot_date, taken.earner, parts.token, parts.amount
            from taken
            cross join lateral unnest(taken.tokens, taken.amounts) as parts (token, amount)
        )
        insert into earner_monthly_rewards as held
            (earner, token, month, amount, usd, unpriced_days)
        select
            summed.earner,
            summed.token,
            summed.month,
            sum(summed.amount),
            round(sum(summed.amount * prices.usd_per_unit), 18),
            count(*) filter (where prices.usd_per_unit is null)
        from summed
        left join prices on prices.token = summed.token and prices.day = summed.snapshot_date
        group by summed.earner, summed.token, summed.month
        on conflict (earner, token, month) do update set
            amount = held.amount + excluded.amount,
            usd = coalesce(held.usd + excluded.usd, held.usd, excluded.usd),
            unpriced_days = held.unpriced_days + excluded.unpriced_days
        """
            .formatted(MIN_AGE_DAYS, MIN_DAYS),
        day,
        day);
  }

  private static boolean lock(Connection state, String sql) throws SQLException {
    return Sql.get(
        state,
        sql,
        row -> row.getMetaData().getColumnType(1) != java.sql.Types.BIT || row.getBoolean(1));
  }

  private RewardMonths() {}
}
