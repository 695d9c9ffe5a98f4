package dev.operatoranalytics.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A log that passed the checks, ready for its table.
 *
 * @param line where it stood in its file, counted from 1
 * @param id transaction hash and log index
 * @param values of the columns of its kind, in their order
 * @param text the row as {@code copy} reads it
 */
record EventRow(EventKind kind, long line, String id, List<String> values, byte[] text) {

  static EventRow of(DecodedLog log, EventKind kind, long number, byte[] line) {
    var hash = log.transactionHash();
    var index = Long.toString(log.logIndex());
    var id = hash + "-" + index;
    var contract = log.contract();
    var text = new CopyText(line.length + 512);
    text.plain(id).next().plain(hash).next().plain(index).next();
    text.plain(Long.toString(log.blockNumber())).next();
    text.plain(Long.toString(log.blockTime())).next();
    text.plain(contract == null ? CopyText.NULL : contract).next().escaped(line);
    var values = new ArrayList<String>(kind.columns().size());
    for (var column : kind.columns()) {
      var value = log.column(column);
      values.add(value);
      text.next().escaped(value.getBytes(StandardCharsets.UTF_8));
    }
    kind.constants().values().forEach(constant -> text.next().plain(constant));
    return new EventRow(kind, number, id, values, text.end());
  }

  /** The columns that {@link #text} fills. */
  static String columns(EventKind kind) {
    return "id, transaction_hash, log_index, block_number, block_timestamp, contract_address,"
        + " raw_data, "
        + String.join(", ", kind.columnNames());
  }
}
