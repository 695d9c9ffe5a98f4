package dev.operatoranalytics.api.epoch;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Epochs as rows for clients of the old REST API: an array of objects, amounts as decimal strings
 * in base units, dictionaries by operator id.
 *
 * @param limit max number of newest epochs; null for all
 * @param sample approximate number of evenly spaced epochs, always with the last; null for all
 * @param hasMeta whether each row has an object {@code meta}
 */
public record EpochRows(@Nullable Integer limit, @Nullable Integer sample, boolean hasMeta) {

  /** Each column is JSON text. */
  private static final String SELECT =
      """
      with

      newest as (
          select epoch
          from epochs
          order by epoch desc
          limit nullif(current_setting('operator_analytics.row_limit'), '')::integer
      ),

      placed as (
          select epoch, row_number() over (order by epoch) - 1 as place, count(*) over () as total
          from newest
      ),

      asked as (
          select nullif(current_setting('operator_analytics.row_sample'), '')::integer as sample
      )

      select
          domain_id::text,
          epoch::text,
          end_block::text,
          "timestamp"::text,
          '"' || total_stake || '"',
          '"' || storage_fees || '"',
          operator_stakes,
          epoch_dictionaries.rewards,
          operator_share_prices,
          operator_count::text%s
      from placed
      cross join asked
      join epochs using (epoch)
      left join epoch_dictionaries using (epoch)
      where place %% (case when total > sample then (total + sample - 1) / sample else 1 end) = 0
          or place = total - 1
      order by place
      """;

  private static final String META =
      """
      ,
          (coalesce(epoch_dictionaries.rewards, '') ~ '":"[1-9]')::text,
          (coalesce(operator_share_prices, '') ~ '":"[1-9]')::text
      """
          .stripTrailing();

  private static final String[] NAMES = {
    "{\"domainId\":",
    ",\"epoch\":",
    ",\"endBlock\":",
    ",\"timestamp\":",
    ",\"totalStake\":",
    ",\"storageFees\":",
    ",\"operatorStakes\":",
    ",\"rewards\":",
    ",\"operatorSharePrices\":",
    ",\"operators\":",
    ",\"meta\":{\"rewardsHasAny\":",
    ",\"sharePricesHasAny\":"
  };

  public void write(Connection snapshot, OutputStream output) throws IOException, SQLException {
    BinaryCopy.set(snapshot, "row_limit", limit == null ? "" : limit.toString());
    BinaryCopy.set(snapshot, "row_sample", sample == null ? "" : sample.toString());
    var text = new Text(output);
    var before = "[";
    try (var rows = new BinaryCopy(snapshot, SELECT.formatted(hasMeta ? META : ""))) {
      while (rows.next()) {
        text.add(before);
        for (var column = 0; column < (hasMeta ? NAMES.length : NAMES.length - 2); column++) {
          text.add(NAMES[column]);
          var length = rows.skip();
          if (length < 0) {
            text.add("null");
          } else {
            text.add(rows.bytes(), rows.position() - length, length);
          }
        }
        text.add(
            hasMeta
                ? ",\"sampleApplied\":%b,\"normalizedData\":true,\"v2\":true}}"
                    .formatted(sample != null)
                : "}");
        before = ",";
      }
    }
    text.add(before.equals("[") ? "[]" : "]");
    text.flush();
  }
}
