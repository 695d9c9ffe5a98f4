package dev.operatoranalytics.alert;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fact that a dry run found.
 *
 * @param figures a JSON object
 */
public record WouldFire(
    @Nullable String operator,
    @Nullable String avs,
    @Nullable String delegator,
    @Nullable Long blockNumber,
    Instant happenedAt,
    @Nullable BigDecimal usd,
    @Nullable BigDecimal percent,
    String figures,
    @Nullable String detail,
    String link) {

  static List<WouldFire> read(Connection connection, long rule) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select
                operator_id, avs_id, staker_id, block_number, happened_at, usd, percent, figures,
                detail, link
            from alerts
            where rule_id = ?
            order by alert_id
            """)) {
      statement.setLong(1, rule);
      try (var row = statement.executeQuery()) {
        var facts = new ArrayList<WouldFire>();
        while (row.next()) {
          facts.add(
              new WouldFire(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getObject(4, Long.class),
                  row.getObject(5, OffsetDateTime.class).toInstant(),
                  row.getBigDecimal(6),
                  row.getBigDecimal(7),
                  row.getString(8),
                  row.getString(9),
                  row.getString(10)));
        }
        return facts;
      }
    }
  }
}
