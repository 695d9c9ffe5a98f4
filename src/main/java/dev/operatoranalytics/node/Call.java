package dev.operatoranalytics.node;

import com.fasterxml.jackson.core.JsonParser;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;

/**
 * A JSON-RPC call.
 *
 * @param params a JSON array
 * @param result reads the result, from its first token
 */
public record Call<T>(String method, String params, Result<T> result) {

  /** Reads a result. */
  public interface Result<T> {
    T read(JsonParser json) throws IOException;
  }

  /** A call that returns the result as a JSON tree. */
  public static Call<JsonNode> of(String method, String params) {
    return new Call<>(method, params, json -> JsonNodeTreeCodec.getInstance().readTree(json));
  }
}
