package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;

/** Writes the rows of one list. */
interface RowWriter {
  /**
   * @param output that of the generator, for what is JSON already
   */
  void write(Object row, JsonGenerator json, OutputStream output) throws IOException;
}
