package dev.operatoranalytics.api.document;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** An object that is too large to be held in memory: it writes its selected fields as JSON. */
public interface StreamedObject {

  /**
   * @param snapshot of the request
   * @param output receives UTF-8; must not be closed
   */
  void write(Connection snapshot, OutputStream output) throws IOException, SQLException;

  /** The selected fields of an object, in order. */
  record SelectedFields(List<Selected> fields) {

    public static SelectedFields of(DataFetchingFieldSelectionSet selected) {
      return new SelectedFields(
          selected.getImmediateFields().stream()
              .map(
                  field ->
                      new Selected(
                          field.getResultKey(), field.getName(), of(field.getSelectionSet())))
              .toList());
    }

    /**
     * @param key in the response
     */
    public record Selected(String key, String name, SelectedFields selection) {}
  }
}
