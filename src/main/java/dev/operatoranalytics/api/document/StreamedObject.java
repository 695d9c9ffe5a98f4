package dev.operatoranalytics.api.document;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * An object of an answer that is too large to be held: it writes itself as JSON, by the fields that
 * were selected of it.
 */
public interface StreamedObject {

  /**
   * @param snapshot that the whole request reads
   * @param output takes UTF-8; it is not to be closed
   */
  void write(Connection snapshot, OutputStream output) throws IOException, SQLException;

  /** The fields that are selected of an object, in their order. */
  record Selection(List<Selected> fields) {

    public static Selection of(DataFetchingFieldSelectionSet selected) {
      return new Selection(
          selected.getImmediateFields().stream()
              .map(
                  field ->
                      new Selected(
                          field.getResultKey(), field.getName(), of(field.getSelectionSet())))
              .toList());
    }

    /**
     * @param key under which the answer tells it
     */
    public record Selected(String key, String name, Selection selection) {}
  }
}
