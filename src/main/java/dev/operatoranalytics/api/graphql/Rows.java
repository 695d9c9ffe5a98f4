package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * A list in an answer that writes itself.
 *
 * @param isLong whether it is written only when the socket takes it
 */
record Rows(List<Object> rows, RowWriter writer, boolean isLong) {

  void write(JsonGenerator json, OutputStream output) throws IOException {
    json.writeStartArray();
    for (var row : rows) {
      writer.write(row, json, output);
    }
    json.writeEndArray();
  }
}
