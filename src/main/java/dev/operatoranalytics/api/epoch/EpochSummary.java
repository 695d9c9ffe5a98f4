package dev.operatoranalytics.api.epoch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;

/** The newest epoch as one object, for clients of the old REST API; null without epochs. */
public final class EpochSummary {

  public static void write(Connection snapshot, OutputStream output)
      throws IOException, SQLException {
    try (var statement = snapshot.createStatement();
        var row =
            statement.executeQuery(
                """
                select json_build_object(
                    'epoch', epoch,
                    'endBlock', end_block,
                    'timestamp', "timestamp",
                    'totalStake', total_stake::text,
                    'storageFees', storage_fees::text,
                    'rewardsTotal', epochs.rewards::text,
                    'operatorSharePrices', operator_share_prices::json
                )
                from epochs
                left join epoch_dictionaries using (epoch)
                order by epoch desc
                limit 1
                """)) {
      var summary = row.next() ? row.getString(1) : "null";
      output.write(summary.getBytes(StandardCharsets.UTF_8));
    }
  }

  private EpochSummary() {}
}
