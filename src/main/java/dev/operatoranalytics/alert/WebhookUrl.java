package dev.operatoranalytics.alert;

import dev.operatoranalytics.pipeline.RunRequestRejected;
import dev.operatoranalytics.pipeline.RunRequestRejected.RejectionReason;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/**
 * URL of a webhook. It is often secret, so messages and {@code toString} leave it out.
 *
 * @param value an http or https URL with a host and without user information
 */
record WebhookUrl(URI value) {
  private static final int MAX_LENGTH = 2_000;

  static WebhookUrl parse(String text) {
    try {
      var url = new URI(text.strip());
      var scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
      if (text.length() <= MAX_LENGTH
          && List.of("http", "https").contains(scheme)
          && url.getHost() != null
          && url.getRawUserInfo() == null) {
        return new WebhookUrl(url);
      }
    } catch (URISyntaxException e) {
      // its message contains the URL
    }
    throw new RunRequestRejected(
        RejectionReason.INVALID,
        "the URL of a webhook is an http or https address with a host and without user"
            + " information");
  }

  String host() {
    return value.getHost();
  }

  @Override
  public String toString() {
    return "WebhookUrl";
  }
}
