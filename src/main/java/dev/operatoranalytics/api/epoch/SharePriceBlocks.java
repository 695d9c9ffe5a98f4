package dev.operatoranalytics.api.epoch;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads share prices of a range of epochs.
 *
 * @param operatorIds null for all
 * @param from first epoch
 * @param to last epoch
 */
record SharePriceBlocks(@Nullable List<Integer> operatorIds, int from, int to) {
  static final int EPOCHS = 100;

  /** Receives the prices of one operator in a block, in binary form. */
  interface Sink {
    /**
     * @param row bytes that contain the numbers
     * @param places of the numbers by epoch from {@code firstEpoch}, -1 for null; one array for
     *     each column asked for
     */
    void take(int operatorId, int firstEpoch, byte[] row, int[]... places)
        throws IOException, SQLException;
  }

  /** Operator by operator, each from its first block to its last. */
  void byOperator(Connection snapshot, SharePriceForm form, Sink sink)
      throws IOException, SQLException {
    try (var rows = copy(snapshot, form.column(), "operator_id, first_epoch")) {
      while (rows.next()) {
        var operatorId = rows.integer();
        var firstEpoch = rows.integer();
        sink.take(operatorId, firstEpoch, rows.bytes(), rows.elements());
      }
    }
  }

  /** Block by block, within each operator by operator; both forms. */
  void byBlock(Connection snapshot, Sink sink) throws IOException, SQLException {
    try (var rows = copy(snapshot, "chain, stake_per_share", "first_epoch, operator_id")) {
      while (rows.next()) {
        var operatorId = rows.integer();
        var firstEpoch = rows.integer();
        sink.take(operatorId, firstEpoch, rows.bytes(), rows.elements(), rows.elements());
      }
    }
  }

  boolean has(int epoch) {
    return epoch >= from && epoch <= to;
  }

  private BinaryCopy copy(Connection snapshot, String columns, String order) throws SQLException {
    BinaryCopy.set(snapshot, "from_epoch", Integer.toString(from));
    BinaryCopy.set(snapshot, "to_epoch", Integer.toString(to));
    var ofOperators = "";
    if (operatorIds != null) {
      BinaryCopy.set(
          snapshot,
          "operator_ids",
          operatorIds.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}")));
      ofOperators =
          "and operator_id = any((select"
              + " current_setting('operator_analytics.operator_ids')::integer[])::integer[])";
    }
    return new BinaryCopy(
        snapshot,
        """
        select operator_id, first_epoch, %s
        from share_price_blocks
        where first_epoch
            between (select current_setting('operator_analytics.from_epoch')::integer) - %s
            and (select current_setting('operator_analytics.to_epoch')::integer)
            %s
        order by %s
        """
            .formatted(columns, EPOCHS - 1, ofOperators, order));
  }
}
