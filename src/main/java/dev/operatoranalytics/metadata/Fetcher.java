package dev.operatoranalytics.metadata;

import dev.operatoranalytics.metadata.NotFetched.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.hc.client5.http.CircularRedirectException;
import org.apache.hc.client5.http.RedirectException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.util.Timeout;

/** Gets documents by their URI, within limits, from nowhere but public addresses. */
final class Fetcher implements AutoCloseable {
  private static final String IPFS = "ipfs://";

  private final MetadataSettings settings;
  private final CloseableHttpClient client;
  private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);

  Fetcher(MetadataSettings settings) {
    this(settings, address -> settings.isPrivateAllowed() || PublicAddresses.isPublic(address));
  }

  Fetcher(MetadataSettings settings, Predicate<InetAddress> isAllowed) {
    this.settings = settings;
    var timeout = Timeout.of(settings.timeout());
    client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDnsResolver(new PublicAddresses(isAllowed))
                    .setMaxConnTotal(settings.parallelFetches())
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(timeout)
                            .setSocketTimeout(timeout)
                            .build())
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setMaxRedirects(settings.redirects())
                    .setResponseTimeout(timeout)
                    .setConnectionRequestTimeout(timeout)
                    .build())
            .setUserAgent("operator-analytics")
            .disableCookieManagement()
            .disableAuthCaching()
            .disableAutomaticRetries()
            .build();
  }

  /** The document's bytes, unpacked. */
  byte[] fetch(String uri) throws NotFetched {
    var get = new HttpGet(address(uri));
    var deadline =
        deadlines.schedule(get::cancel, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    try {
      return client.execute(get, this::read);
    } catch (IOException e) {
      if (e instanceof NotFetched told) {
        throw told;
      }
      if (get.isAborted() || get.isCancelled()) {
        throw new NotFetched(Reason.TOO_SLOW, "not there after " + settings.timeout());
      }
      throw because(e);
    } catch (RuntimeException e) {
      // what the client makes of an address that only looks like one
      throw new NotFetched(Reason.BAD_URI, "%s: %s".formatted(uri, e.getMessage()));
    } finally {
      deadline.cancel(false);
    }
  }

  private static NotFetched because(IOException e) {
    return switch (e) {
      case PublicAddresses.Refused refused -> refused.notFetched();
      case java.io.InterruptedIOException slow ->
          new NotFetched(Reason.TOO_SLOW, String.valueOf(slow.getMessage()));
      default ->
          switch (e.getCause()) {
            case CircularRedirectException circle -> tooManyRedirects(circle);
            case RedirectException many -> tooManyRedirects(many);
            case ProtocolException wrong ->
                new NotFetched(Reason.BAD_URI, String.valueOf(wrong.getMessage()));
            case null, default ->
                new NotFetched(
                    Reason.UNREACHABLE,
                    "%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage()));
          };
    };
  }

  private static NotFetched tooManyRedirects(RedirectException e) {
    return new NotFetched(Reason.TOO_MANY_REDIRECTS, String.valueOf(e.getMessage()));
  }

  private byte[] read(ClassicHttpResponse response) throws IOException {
    if (response.getCode() != HttpStatus.SC_OK) {
      throw new NotFetched(Reason.STATUS, "answered " + response.getCode());
    }
    var entity = response.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    // packed or not, no more than this is ever held
    var bytes = entity.getContent().readNBytes(settings.greatestDocument() + 1);
    if (bytes.length > settings.greatestDocument()) {
      throw new NotFetched(
          Reason.TOO_LARGE, "more than %d bytes".formatted(settings.greatestDocument()));
    }
    return bytes;
  }

  private URI address(String text) throws NotFetched {
    var uri = text.strip();
    if (uri.toLowerCase(Locale.ROOT).startsWith(IPFS)) {
      var path = uri.substring(IPFS.length());
      uri = settings.ipfsGateway() + (path.startsWith("ipfs/") ? path.substring(5) : path);
    }
    try {
      var address = new URI(uri);
      var scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https")) {
        throw new NotFetched(Reason.BAD_URI, "neither http, https nor ipfs: " + text);
      }
      if (address.getHost() == null || address.getRawUserInfo() != null) {
        throw new NotFetched(Reason.BAD_URI, "names no host, or a user: " + text);
      }
      return address;
    } catch (URISyntaxException e) {
      throw new NotFetched(Reason.BAD_URI, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    deadlines.shutdownNow();
    client.close();
  }
}
