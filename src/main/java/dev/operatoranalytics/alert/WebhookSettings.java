package dev.operatoranalytics.alert;

import dev.operatoranalytics.pipeline.RunRequestRejected;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the webhook that receives failures and standstills of the pipeline, below {@code
 * webhook}.
 *
 * @param url where they are posted; null for none. It is often secret, so it is never logged or
 *     returned
 * @param authorization value of the {@code Authorization} header; null for none
 * @param secret key of the signature; null for unsigned requests
 * @param staleAfter max. age of the state, and max. delay of a day after its end
 */
@ConfigurationProperties("webhook")
public record WebhookSettings(
    @Nullable String url,
    @Nullable String authorization,
    @Nullable String secret,
    @Bindable(defaultValue = "8h") Duration staleAfter) {

  public WebhookSettings {
    if (url != null && !url.isBlank()) {
      try {
        var _ = WebhookUrl.parse(url);
      } catch (RunRequestRejected e) {
        throw new IllegalArgumentException("WEBHOOK_URL: " + e.getMessage());
      }
    }
  }

  /** Leaves out the secrets. */
  @Override
  public String toString() {
    return "WebhookSettings[staleAfter=%s]".formatted(staleAfter);
  }
}
