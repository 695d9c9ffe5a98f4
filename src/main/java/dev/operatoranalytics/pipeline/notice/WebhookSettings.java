package dev.operatoranalytics.pipeline.notice;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the webhook that receives notices, below {@code webhook}.
 *
 * @param url URL to which notices are posted; null for none. It is often secret, so it is never
 *     logged or returned
 * @param authorization value of the {@code Authorization} header; null for none
 * @param timeout max. duration of one attempt
 * @param attempts max. attempts to send a notice
 * @param staleAfter max. age of the state, and max. delay of a day after its end
 */
@ConfigurationProperties("webhook")
public record WebhookSettings(
    @Nullable String url,
    @Nullable String authorization,
    @Bindable(defaultValue = "5s") Duration timeout,
    @Bindable(defaultValue = "10") int attempts,
    @Bindable(defaultValue = "8h") Duration staleAfter) {

  /** Leaves out the secrets. */
  @Override
  public String toString() {
    return "WebhookSettings[timeout=%s, attempts=%d, staleAfter=%s]"
        .formatted(timeout, attempts, staleAfter);
  }
}
