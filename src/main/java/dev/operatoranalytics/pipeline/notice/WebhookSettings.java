package dev.operatoranalytics.pipeline.notice;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who hears of failures, below {@code webhook}.
 *
 * @param url where notices are posted; null for nowhere. Often a secret: it is never told
 * @param authorization header to send along; null for none
 * @param timeout longest that one attempt may take
 * @param attempts how often a notice is sent until it is given up
 * @param staleAfter how old the state may be, and how much later than its end a day may come
 */
@ConfigurationProperties("webhook")
public record WebhookSettings(
    @Nullable String url,
    @Nullable String authorization,
    @Bindable(defaultValue = "5s") Duration timeout,
    @Bindable(defaultValue = "10") int attempts,
    @Bindable(defaultValue = "8h") Duration staleAfter) {

  /** Without secrets. */
  @Override
  public String toString() {
    return "WebhookSettings[timeout=%s, attempts=%d, staleAfter=%s]"
        .formatted(timeout, attempts, staleAfter);
  }
}
