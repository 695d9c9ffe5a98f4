package dev.operatoranalytics.metadata;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.metadata.FetchFailed.FetchFailureReason;
import dev.operatoranalytics.source.Metadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A parsed metadata document.
 *
 * @param skippedFields fields with an invalid value, each with the reason
 */
record MetadataDocument(Metadata metadata, List<String> skippedFields) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> FIELDS =
      Set.of("name", "description", "website", "logo", "twitter");

  static MetadataDocument parse(byte[] bytes) throws FetchFailed {
    var texts = new HashMap<String, String>();
    var skippedFields = new ArrayList<String>();
    try (var json = JSON.createParser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new FetchFailed(FetchFailureReason.UNREADABLE, "not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var field = json.currentName();
        var value = json.nextToken();
        if (FIELDS.contains(field)) {
          if (value == JsonToken.VALUE_STRING) {
            texts.put(field, json.getText());
          } else if (value != JsonToken.VALUE_NULL) {
            skippedFields.add(field + ": not a string");
          }
        }
        json.skipChildren();
      }
      if (json.nextToken() != null) {
        throw new FetchFailed(FetchFailureReason.UNREADABLE, "more than one JSON object");
      }
    } catch (JsonParseException e) {
      throw new FetchFailed(FetchFailureReason.UNREADABLE, "not JSON: " + e.getOriginalMessage());
    } catch (FetchFailed e) {
      throw e;
    } catch (IOException e) {
      throw new FetchFailed(FetchFailureReason.UNREADABLE, "not JSON: " + e.getMessage());
    }
    return new MetadataDocument(
        new Metadata(
            text("name", texts),
            text("description", texts),
            url("website", texts, skippedFields),
            url("logo", texts, skippedFields),
            text("twitter", texts)),
        List.copyOf(skippedFields));
  }

  private static @Nullable String text(String field, Map<String, String> texts) {
    var text = texts.getOrDefault(field, "").strip();
    return text.isEmpty() ? null : text;
  }

  /** Accepts only web addresses, because clients link to them and a script URL would be unsafe. */
  private static @Nullable String url(
      String field, Map<String, String> texts, List<String> skippedFields) {
    var url = text(field, texts);
    if (url == null || url.toLowerCase(Locale.ROOT).matches("(https?|ipfs)://\\S+")) {
      return url;
    }
    skippedFields.add(field + ": not a web address");
    return null;
  }
}
