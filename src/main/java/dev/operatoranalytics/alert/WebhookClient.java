package dev.operatoranalytics.alert;

import dev.operatoranalytics.metadata.PublicAddresses;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Posts to webhooks. URLs of administrators lead to public addresses only; that of the setting
 * leads anywhere. Messages leave out URLs, which may be secret.
 */
@Singleton
class WebhookClient {
  private static final int MAX_CONNECTIONS = 32;

  private final AlertSettings settings;
  private final CloseableHttpClient publicOnly;
  private final CloseableHttpClient anywhere;
  private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);

  @Inject
  WebhookClient(AlertSettings settings) {
    this(settings, address -> settings.isPrivateAllowed() || PublicAddresses.isPublic(address));
  }

  WebhookClient(AlertSettings settings, Predicate<InetAddress> isAllowed) {
    this.settings = settings;
    this.publicOnly = client(settings, isAllowed);
    this.anywhere = client(settings, _ -> true);
  }

  private static CloseableHttpClient client(
      AlertSettings settings, Predicate<InetAddress> isAllowed) {
    var timeout = Timeout.of(settings.timeout());
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new PublicAddresses(isAllowed))
                .setMaxConnTotal(MAX_CONNECTIONS)
                .setMaxConnPerRoute(MAX_CONNECTIONS)
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(timeout)
                        .setSocketTimeout(timeout)
                        .build())
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(timeout)
                .setConnectionRequestTimeout(timeout)
                .build())
        .setUserAgent("operator-analytics")
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableAutomaticRetries()
        .build();
  }

  /**
   * A webhook with its secrets.
   *
   * @param isConfigured whether its URL is the setting of whoever runs the server
   */
  record WebhookTarget(
      String url,
      WebhookFormat format,
      @Nullable String signingKey,
      @Nullable String authHeader,
      boolean isConfigured) {

    /** Leaves out the secrets. */
    @Override
    public String toString() {
      return "WebhookTarget[format=%s]".formatted(format);
    }
  }

  /** The webhook did not accept an alert. */
  static final class NotAccepted extends Exception {
    private static final long serialVersionUID = 1L;

    NotAccepted(String message) {
      super(message);
    }
  }

  /** Posts an alert; returns when the webhook has accepted it. */
  void post(OutgoingAlert alert, WebhookTarget target, Instant now) throws NotAccepted {
    var body = alert.body(target.format(), settings.linkBase());
    var post = new HttpPost(URI.create(target.url()));
    post.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
    post.setHeader("operator-analytics-alert", Long.toString(alert.id()));
    if (target.signingKey() != null) {
      post.setHeader("operator-analytics-signature", signature(target.signingKey(), now, body));
    }
    if (target.authHeader() != null) {
      post.setHeader("authorization", target.authHeader());
    }
    var deadline =
        deadlines.schedule(post::cancel, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    try {
      var status =
          (target.isConfigured() ? anywhere : publicOnly).execute(post, HttpResponse::getCode);
      if (status < 200 || status >= 300) {
        throw new NotAccepted("answered with status " + status);
      }
    } catch (IOException e) {
      throw new NotAccepted(reason(e, post.isCancelled()));
    } finally {
      deadline.cancel(false);
    }
  }

  /** The message of an exception may contain the URL. */
  private String reason(IOException e, boolean isCancelled) {
    if (e instanceof PublicAddresses.NonPublicAddress) {
      return "its address is not public";
    }
    return isCancelled ? "no answer within " + settings.timeout() : e.getClass().getSimpleName();
  }

  /** {@code t=SECONDS,v1=HEX}: HMAC-SHA256 of {@code SECONDS.BODY}. */
  static String signature(String key, Instant now, String body) {
    var seconds = Long.toString(now.getEpochSecond());
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      var digest = mac.doFinal((seconds + "." + body).getBytes(StandardCharsets.UTF_8));
      return "t=%s,v1=%s".formatted(seconds, HexFormat.of().formatHex(digest));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
    }
  }

  @PreDestroy
  void close() throws IOException {
    deadlines.shutdownNow();
    publicOnly.close();
    anywhere.close();
  }
}
