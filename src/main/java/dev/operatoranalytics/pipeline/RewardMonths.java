package dev.operatoranalytics.pipeline;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;

/**
 * Sums the daily rewards of earners over months, because a row per earner, token and day would grow
 * without end. A month is summed once it is over, in an active claim tree and complete.
 */
public final class RewardMonths {
  // late events change recent days more often than old ones
  private static final int DAYS_AFTER_MONTH = 7;

  private static final String LOCK = "hashtextextended('earner_monthly_rewards', 0)";

  /**
   * Opens the month of a day that is computed again: deletes its sums and marks its other days as
   * stale.
   */
  public static void open(Connection state, LocalDate day) throws SQLException {
    lock(state, "select pg_advisory_xact_lock_shared(" + LOCK + ")");
    var month = day.withDayOfMonth(1);
    try (var statement =
        state.prepareStatement("delete from earner_monthly_rewards where month = ?")) {
      statement.setObject(1, month);
      if (statement.executeUpdate() > 0) {
        Partitions.ANALYTICS.markStale(state, month, month.plusMonths(1).minusDays(1));
      }
    }
  }

  /** Sums months that are complete as of a day; does nothing while another day is written. */
  public static void sum(Connection state, LocalDate day) throws SQLException {
    if (!lock(state, "select pg_try_advisory_xact_lock(" + LOCK + ")")) {
      return;
    }
    try (var statement =
        state.prepareStatement(
            """
            with
            -- looks for each month in the index: all rows of all days would take long on each day
            months as (
                select month::date
                from generate_series(
                    date_trunc('month', (select min(snapshot_date) from earner_daily_rewards)::timestamp),
                    date_trunc('month', (?::date - %s)::timestamp) - interval '1 month',
                    interval '1 month'
                ) as starts (month)
                where exists (
                    select from earner_daily_rewards
                    where
                        snapshot_date >= month::date
                        and snapshot_date < (month + interval '1 month')::date
                )
            ),
            complete as (
                select month, (month + interval '1 month')::date as next_month
                from months
                where
                    (month + interval '1 month')::date <= (select until_date from active_distribution_root)
                    and not exists (
                        select from pipeline_partitions
                        where
                            stage = 'analytics'
                            and status <> 'DONE'
                            and partition_date >= month
                            and partition_date < (month + interval '1 month')::date
                    )
            ),
            prices as (
                select distinct on (token, day)
                    token,
                    (at at time zone 'UTC')::date as day,
                    price_usd / power(10::numeric, decimals) as usd_per_unit
                from token_prices
                join token_metadata using (token)
                where decimals is not null
                order by token, day, at desc
            ),
            summed as (
                delete from earner_daily_rewards as days
                using complete
                where days.snapshot_date >= complete.month and days.snapshot_date < complete.next_month
                returning complete.month, days.snapshot_date, days.earner, days.token, days.amount
            )
            insert into earner_monthly_rewards (earner, token, month, amount, usd, unpriced_days)
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
            """
                .formatted(DAYS_AFTER_MONTH))) {
      statement.setObject(1, day);
      statement.executeUpdate();
    }
  }

  private static boolean lock(Connection state, String sql) throws SQLException {
    try (var statement = state.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getMetaData().getColumnType(1) != java.sql.Types.BIT || row.getBoolean(1);
    }
  }

  private RewardMonths() {}
}
