package dev.operatoranalytics.node;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a block that are used here.
 *
 * @param hash 0x and 64 hex digits in lower case, as {@code parentHash}
 * @param time Unix seconds
 */
public record BlockHeader(long number, String hash, String parentHash, long time) {
  /** Names for blocks that change as the chain grows. */
  public enum Tag {
    LATEST("latest"),
    SAFE("safe"),
    FINALIZED("finalized");

    private final String text;

    Tag(String text) {
      this.text = text;
    }
  }

  public static Call<BlockHeader> call(long number) {
    return call(Quantity.text(number));
  }

  public static Call<BlockHeader> call(Tag tag) {
    return call(tag.text);
  }

  private static Call<BlockHeader> call(String block) {
    return new Call<>("eth_getBlockByNumber", "[\"" + block + "\",false]", BlockHeader::read);
  }

  static BlockHeader read(JsonParser json) throws IOException {
    String number = null;
    String hash = null;
    String parentHash = null;
    String time = null;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException("a block is no JSON object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var field = json.currentName();
      json.nextToken();
      switch (field) {
        case "number" -> number = json.getText();
        case "hash" -> hash = json.getText();
        case "parentHash" -> parentHash = json.getText();
        case "timestamp" -> time = json.getText();
        default -> json.skipChildren();
      }
    }
    return new BlockHeader(
        Quantity.of("number", number),
        Quantity.hash("hash", hash),
        Quantity.hash("parentHash", parentHash),
        Quantity.of("timestamp", time));
  }

  boolean isSame(@Nullable BlockHeader other) {
    return other != null && number == other.number && hash.equals(other.hash);
  }
}
