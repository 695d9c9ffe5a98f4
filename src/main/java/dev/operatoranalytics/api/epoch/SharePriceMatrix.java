package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.api.document.StreamedObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Share prices by operator over a common axis of epochs, written operator by operator as they are
 * read.
 *
 * @param maxPoints max epochs on the axis; null for all
 */
record SharePriceMatrix(
    SharePriceBlocks blocks,
    SharePriceForm form,
    @Nullable Integer maxPoints,
    long dataVersion,
    ThinnedAxes axes,
    SelectedFields selection)
    implements StreamedObject {
  private static final int FETCHED = 1_000;

  @Override
  public void write(Connection snapshot, OutputStream output) throws IOException, SQLException {
    var text = new Text(output);
    var axis = axis(snapshot);
    var before = "{";
    for (var field : selection.fields()) {
      text.add(before).add("\"").add(field.key()).add("\":");
      switch (field.name()) {
        case "form" -> text.add("\"" + form + "\"");
        case "dataVersion" -> text.add("\"" + dataVersion + "\"");
        case "isDownsampled" -> text.add(Boolean.toString(axis.length < length()));
        case "epochs" -> epochs(axis, text);
        case "endTimes" -> endTimes(snapshot, axis, text);
        case "series" -> new Series(axis, field.selection(), text).write(snapshot, blocks, form);
        default -> text.add("\"SharePriceMatrix\"");
      }
      before = ",";
    }
    text.add("}");
    text.flush();
  }

  private int length() {
    return Math.max(0, blocks.to() - blocks.from() + 1);
  }

  /** The epochs of the values, ascending. */
  private int[] axis(Connection snapshot) throws IOException, SQLException {
    if (maxPoints == null || maxPoints >= length()) {
      var all = new int[length()];
      Arrays.setAll(all, i -> blocks.from() + i);
      return all;
    }
    return axes.axis(snapshot, blocks, form, maxPoints, dataVersion);
  }

  private static void epochs(int[] axis, Text text) throws IOException {
    text.add("[");
    for (var i = 0; i < axis.length; i++) {
      text.add(i == 0 ? "" : ",").add(axis[i]);
    }
    text.add("]");
  }

  private static void endTimes(Connection snapshot, int[] axis, Text text)
      throws IOException, SQLException {
    text.add("[");
    try (var statement =
        snapshot.prepareStatement(
            """
            select
                rtrim(
                    to_json(
                        to_timestamp(newest."timestamp" / 1000.0) at time zone 'UTC'
                            - (newest.end_block - epochs.end_block) * interval '6.13 seconds'
                    )::text,
                    '"'
                ) || 'Z"'
            from unnest(?::integer[]) with ordinality as axis (epoch, nth)
            left join epochs using (epoch)
            cross join lateral (
                select "timestamp", end_block from epochs order by epoch desc limit 1
            ) as newest
            order by nth
            """)) {
      statement.setFetchSize(FETCHED);
      statement.setArray(
          1, snapshot.createArrayOf("integer", Arrays.stream(axis).boxed().toArray()));
      try (var rows = statement.executeQuery()) {
        var before = "";
        while (rows.next()) {
          var time = rows.getString(1);
          text.add(before).add(time == null ? "null" : time);
          before = ",";
        }
      }
    }
    text.add("]");
  }

  /** The list of series, written one operator after the other. */
  private static final class Series {
    private static final byte[] FIRST = Text.ascii("[\"");
    private static final byte[] NEXT = Text.ascii(",\"");
    private static final byte[] NONE = Text.ascii(",null");
    private static final byte[] QUOTE = Text.ascii("\"");

    private final int[] axis;
    private final SelectedFields selection;
    private final Text text;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Text values = new Text(bytes);
    private int operatorId;
    private int position;
    private int offset;
    private int nulls;
    private boolean isEmpty = true;
    private boolean isFirst = true;

    Series(int[] axis, SelectedFields selection, Text text) {
      this.axis = axis;
      this.selection = selection;
      this.text = text;
    }

    void write(Connection snapshot, SharePriceBlocks blocks, SharePriceForm form)
        throws IOException, SQLException {
      text.add("[");
      blocks.byOperator(snapshot, form, this::take);
      end();
      text.add("]");
    }

    private void take(int operator, int firstEpoch, byte[] row, int[]... places)
        throws IOException {
      if (operator != operatorId) {
        end();
        operatorId = operator;
      }
      var column = places[0];
      while (position < axis.length && axis[position] < firstEpoch + column.length) {
        var place = axis[position] < firstEpoch ? -1 : column[axis[position] - firstEpoch];
        if (place >= 0) {
          add(row, place);
        } else if (!isEmpty) {
          nulls++;
        }
        position++;
      }
    }

    private void add(byte[] row, int place) throws IOException {
      if (isEmpty) {
        offset = position;
        values.add(FIRST);
      } else {
        for (; nulls > 0; nulls--) {
          values.add(NONE);
        }
        values.add(NEXT);
      }
      isEmpty = false;
      values.numeric(row, place).add(QUOTE);
    }

    /** Writes the current operator, unless it has no value on the axis. */
    private void end() throws IOException {
      if (!isEmpty) {
        values.add("]").flush();
        text.add(isFirst ? "" : ",");
        isFirst = false;
        var before = "{";
        for (var field : selection.fields()) {
          text.add(before).add("\"").add(field.key()).add("\":");
          switch (field.name()) {
            case "operatorId" -> text.add(operatorId);
            case "firstEpoch" -> text.add(axis[offset]);
            case "offset" -> text.add(offset);
            case "values" -> text.add(bytes.toByteArray(), 0, bytes.size());
            default -> text.add("\"SharePriceSeries\"");
          }
          before = ",";
        }
        text.add("}");
      }
      bytes.reset();
      position = 0;
      nulls = 0;
      isEmpty = true;
    }
  }
}
