package dev.operatoranalytics.node;

import com.fasterxml.jackson.core.JsonParser;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;

/**
 * One call of JSON-RPC.
 *
 * @param params a JSON array
 * @param result reads what the node answers, from its first token
 */
public record Call<T>(String method, String params, Result<T> result) {

  /** How a result is read. */
  public interface Result<T> {
    T read(JsonParser json) throws IOException;
  }

  /** Its result as it is. */
  public static Call<JsonNode> of(String method, String params) {
    return new Call<>(method, params, json -> JsonNodeTreeCodec.getInstance().readTree(json));
  }
}
