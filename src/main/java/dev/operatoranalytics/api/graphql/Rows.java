package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** A list in an answer that writes itself. */
record Rows(List<Object> rows, RowPlan plan) {

  void write(JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (var row : rows) {
      plan.write(row, json);
    }
    json.writeEndArray();
  }
}
