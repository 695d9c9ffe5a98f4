package dev.operatoranalytics.node;

import dev.operatoranalytics.source.CopyText;
import dev.operatoranalytics.source.Decoded;
import dev.operatoranalytics.source.EventRow;
import dev.operatoranalytics.source.LogDecoder;
import dev.operatoranalytics.source.RawLog;
import java.util.ArrayList;
import java.util.List;

/**
 * Decoded logs of some blocks. Raw logs are kept only where they are needed later, because several
 * ranges are in memory at once.
 *
 * @param rows of contracts that the network names
 * @param others of other contracts, and logs that cannot be read
 */
record DecodedLogs(List<EventRow> rows, List<Decoded> others) {
  static final DecodedLogs NONE = new DecodedLogs(List.of(), List.of());

  static DecodedLogs of(List<RawLog> logs, LogDecoder decoder) {
    var rows = new ArrayList<EventRow>(logs.size());
    var others = new ArrayList<Decoded>();
    var text = new CopyText(4_096);
    for (var log : logs) {
      var decoded = decoder.decode(log, text);
      if (!decoder.isOfNetwork(log) || decoded instanceof Decoded.Unreadable) {
        others.add(decoded);
      } else if (decoded instanceof Decoded.DecodedRow row) {
        rows.add(row.row());
      }
    }
    return new DecodedLogs(rows, others);
  }
}
