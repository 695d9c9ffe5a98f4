package dev.operatoranalytics.alert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An alert as webhooks receive it.
 *
 * @param figures a JSON object
 * @param detail for administrators, such as the error of a run; null when there is none
 * @param link path on this server
 */
record OutgoingAlert(
    long id,
    long ruleId,
    String ruleName,
    String kind,
    @Nullable String operator,
    @Nullable String avs,
    @Nullable String staker,
    @Nullable Long block,
    Instant happenedAt,
    @Nullable BigDecimal usd,
    @Nullable BigDecimal percent,
    String factKey,
    String figures,
    @Nullable String detail,
    String link,
    Instant firedAt) {

  private static final JsonFactory JSON = new JsonFactory();
  // limit of Discord; Slack allows more
  private static final int MAX_TEXT = 1_900;

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  /** The body of the request. */
  String body(WebhookFormat format, @Nullable URI linkBase) {
    return switch (format) {
      case JSON -> object(json -> writeAll(json, linkBase));
      case SLACK ->
          object(json -> json.writeStringField("text", slackText(textWithLink(linkBase))));
      case DISCORD ->
          object(
              json -> {
                json.writeStringField("content", textWithLink(linkBase));
                json.writeObjectFieldStart("allowed_mentions");
                json.writeArrayFieldStart("parse");
                json.writeEndArray();
                json.writeEndObject();
              });
    };
  }

  private void writeAll(JsonGenerator json, @Nullable URI linkBase) throws IOException {
    json.writeStringField("id", Long.toString(id));
    json.writeObjectFieldStart("rule");
    json.writeStringField("number", Long.toString(ruleId));
    json.writeStringField("name", ruleName);
    json.writeEndObject();
    json.writeStringField("kind", kind);
    json.writeStringField("text", text());
    json.writeStringField("operator", operator);
    json.writeStringField("avs", avs);
    json.writeStringField("delegator", staker);
    json.writeStringField("blockNumber", block == null ? null : block.toString());
    json.writeStringField("happenedAt", happenedAt.toString());
    json.writeStringField("usd", plain(usd));
    json.writeStringField("percent", plain(percent));
    json.writeFieldName("figures");
    json.writeRawValue(figures);
    json.writeStringField("detail", detail);
    json.writeStringField("link", link(linkBase));
    json.writeStringField("firedAt", firedAt.toString());
  }

  private static @Nullable String plain(@Nullable BigDecimal number) {
    return number == null ? null : number.stripTrailingZeros().toPlainString();
  }

  private String link(@Nullable URI base) {
    return base == null ? link : base.toString().replaceAll("/+$", "") + link;
  }

  /** One line that says what happened. */
  String text() {
    var parts = new ArrayList<String>();
    add(parts, "operator", operator);
    add(parts, "AVS", avs);
    add(parts, "delegator", staker);
    if (operator == null) {
      parts.add(factKey);
    }
    if (usd != null) {
      parts.add(String.format(Locale.ROOT, "%,.2f USD", usd.setScale(2, RoundingMode.HALF_UP)));
    }
    if (percent != null) {
      parts.add(percent.setScale(2, RoundingMode.HALF_UP).toPlainString() + " %");
    }
    add(parts, "block", block == null ? null : block.toString());
    parts.add(happenedAt.toString());
    add(parts, "", detail);
    var text = "[%s] %s: %s".formatted(ruleName, kind, String.join(", ", parts));
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
  }

  private static void add(ArrayList<String> parts, String name, @Nullable String value) {
    if (value != null) {
      parts.add((name + " " + value).strip());
    }
  }

  private String textWithLink(@Nullable URI base) {
    return base == null ? text() : text() + "\n" + link(base);
  }

  /** Slack reads these characters as markup. */
  private static String slackText(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String object(Fields fields) {
    var text = new StringWriter();
    try (var json = JSON.createGenerator(text)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
