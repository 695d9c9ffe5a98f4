package dev.operatoranalytics.metadata;

import dev.operatoranalytics.metadata.FetchFailed.FetchFailureReason;
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

/** Fetches documents by URI, within limits, from public addresses only. */
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
                    .setMaxRedirects(settings.maxRedirects())
                    .setResponseTimeout(timeout)
                    .setConnectionRequestTimeout(timeout)
                    .build())
            .setUserAgent("operator-analytics")
            .disableCookieManagement()
            .disableAuthCaching()
            .disableAutomaticRetries()
            .build();
  }

  /** Fetches the document and decompresses it. */
  byte[] fetch(String uri) throws FetchFailed {
    var get = new HttpGet(address(uri));
    var deadline =
        deadlines.schedule(get::cancel, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    try {
      return client.execute(get, this::read);
    } catch (IOException e) {
      if (e instanceof FetchFailed failure) {
        throw failure;
      }
      if (get.isAborted() || get.isCancelled()) {
        throw new FetchFailed(
            FetchFailureReason.TOO_SLOW, "no complete response within " + settings.timeout());
      }
      throw toFetchFailed(e);
    } catch (RuntimeException e) {
      // the client rejects a malformed URI by such an exception
      throw new FetchFailed(FetchFailureReason.BAD_URI, "%s: %s".formatted(uri, e.getMessage()));
    } finally {
      deadline.cancel(false);
    }
  }

  private static FetchFailed toFetchFailed(IOException e) {
    return switch (e) {
      case PublicAddresses.NonPublicAddress address -> address.toFetchFailed();
      case java.io.InterruptedIOException timeout ->
          new FetchFailed(FetchFailureReason.TOO_SLOW, String.valueOf(timeout.getMessage()));
      default ->
          switch (e.getCause()) {
            case CircularRedirectException circular -> tooManyRedirects(circular);
            case RedirectException many -> tooManyRedirects(many);
            case ProtocolException protocol ->
                new FetchFailed(FetchFailureReason.BAD_URI, String.valueOf(protocol.getMessage()));
            case null, default ->
                new FetchFailed(
                    FetchFailureReason.UNREACHABLE,
                    "%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage()));
          };
    };
  }

  private static FetchFailed tooManyRedirects(RedirectException e) {
    return new FetchFailed(FetchFailureReason.TOO_MANY_REDIRECTS, String.valueOf(e.getMessage()));
  }

  private byte[] read(ClassicHttpResponse response) throws IOException {
    if (response.getCode() != HttpStatus.SC_OK) {
      throw new FetchFailed(FetchFailureReason.STATUS, "HTTP status " + response.getCode());
    }
    var entity = response.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    // limits the decompressed bytes in memory
    var bytes = entity.getContent().readNBytes(settings.maxDocumentBytes() + 1);
    if (bytes.length > settings.maxDocumentBytes()) {
      throw new FetchFailed(
          FetchFailureReason.TOO_LARGE,
          "more than %d bytes".formatted(settings.maxDocumentBytes()));
    }
    return bytes;
  }

  private URI address(String text) throws FetchFailed {
    var uri = text.strip();
    if (uri.toLowerCase(Locale.ROOT).startsWith(IPFS)) {
      var path = uri.substring(IPFS.length());
      uri = settings.ipfsGateway() + (path.startsWith("ipfs/") ? path.substring(5) : path);
    }
    try {
      var address = new URI(uri);
      var scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https")) {
        throw new FetchFailed(
            FetchFailureReason.BAD_URI, "scheme is not http, https or ipfs: " + text);
      }
      if (address.getHost() == null || address.getRawUserInfo() != null) {
        throw new FetchFailed(
            FetchFailureReason.BAD_URI, "has no host, or contains user information: " + text);
      }
      return address;
    } catch (URISyntaxException e) {
      throw new FetchFailed(FetchFailureReason.BAD_URI, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    deadlines.shutdownNow();
    client.close();
  }
}
