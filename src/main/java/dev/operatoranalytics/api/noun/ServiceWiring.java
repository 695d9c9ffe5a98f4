package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.document.ApiSettings;
import dev.operatoranalytics.api.document.LimitSettings;
import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.http.AccessSettings;
import dev.operatoranalytics.api.http.SocketSettings;
import dev.operatoranalytics.api.live.ChangeFeedSettings;
import dev.operatoranalytics.api.query.Caller;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Resolves {@code serviceConfig} and {@code caller}. */
@Singleton
class ServiceWiring implements Wiring {
  private final ServiceConfig config;

  ServiceWiring(
      AccessSettings access,
      ApiSettings api,
      LimitSettings limits,
      SocketSettings sockets,
      ChangeFeedSettings feed,
      HttpServerConfiguration server) {
    config =
        new ServiceConfig(
            access.readingNeedsKey(),
            seconds(api.deadline()),
            api.maxPage(),
            api.maxDocument(),
            limits.tokens(),
            limits.depth(),
            limits.aliases(),
            limits.cost(),
            limits.cells(),
            limits.concurrentRequests(),
            limits.requestsPerMinute(),
            server.getMaxRequestSize(),
            seconds(limits.requestTimeout()),
            limits.connections(),
            sockets.perClient(),
            sockets.operations(),
            seconds(sockets.initTimeout()),
            seconds(sockets.pingEvery()),
            feed.queue());
  }

  @Override
  public void wire(ResolverRegistry fields) {
    fields.query("serviceConfig", env -> config).type("ServiceConfig", ServiceConfig.class);
    fields
        .query("caller", env -> env.getGraphQlContext().<Caller>get(Caller.class))
        .type("Caller", Caller.class)
        .<Caller>field("Caller", "name", caller -> caller.isKnown() ? caller.name() : null)
        // differs between keys of one role, for which responses are cached
        .timeDependent("Query", "caller");
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
