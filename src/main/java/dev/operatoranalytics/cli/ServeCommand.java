package dev.operatoranalytics.cli;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.alert.AlertPoller;
import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.node.ChainFollower;
import dev.operatoranalytics.node.ChainSettings;
import dev.operatoranalytics.node.Nodes;
import dev.operatoranalytics.node.WrongChain;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.schedule.JobPoller;
import dev.operatoranalytics.source.demo.DemoSize;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serve [--demo] [--rpc-url URL] [--port 8080]} */
@Command(
    name = "serve",
    description =
        "Serve the pages and the API; uses an embedded PostgreSQL unless database URLs are set.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65_535;

  @Spec private @Nullable CommandSpec command;

  @Mixin private SessionOptions options = new SessionOptions();

  @Mixin private ChainOptions chain = new ChainOptions();

  @Option(names = "--demo", description = "fill an empty embedded database with demo data")
  private boolean demo;

  // picocli applies the default to the name given here, and negates it for the other
  @Option(
      names = "--schedules",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "run the scheduled jobs (default); with --no-schedules only requested jobs run")
  private boolean schedules = true;

  @Option(
      names = "--port",
      defaultValue = "${env:MICRONAUT_SERVER_PORT:-8080}",
      description = "port to listen on (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--host",
      defaultValue = "${env:MICRONAUT_SERVER_HOST:-127.0.0.1}",
      description = "address to listen on (default: ${DEFAULT-VALUE})")
  private String host = "127.0.0.1";

  @Override
  public Integer call() throws Exception {
    requireFreePort();
    var environment = options.environment();
    var nodes = chain.properties(environment);
    if (demo && !nodes.isEmpty()) {
      throw new CommandFailed("The demo is a network of its own: serve it without a node");
    }
    if (!nodes.isEmpty()) {
      options.rejectExternalEvents();
    }
    var properties = new HashMap<>(nodes);
    var pricesFromNode =
        !nodes.isEmpty()
            && environment.getOrDefault("PRICES_SOURCES", "").isBlank()
            && chain.network(environment).prices().isPresent();
    if (pricesFromNode) {
      properties.put("prices.sources", "chainlink");
    }
    properties.put("micronaut.server.port", port);
    properties.put("micronaut.server.host", host);
    properties.put("schedules.is-running", schedules);
    var adminToken = demo ? newToken() : null;
    if (adminToken != null) {
      properties.put("operator-analytics.access.admin-token", adminToken);
    }
    try (var session = options.open(properties)) {
      session.databases().awaitApiTables();
      if (!nodes.isEmpty()) {
        requireChain(session, chain.network(environment));
      }
      var loader = new DemoLoader(session, options.dataDirectory(), DemoSize.small());
      boolean isLoaded = demo && loader.load();
      if (demo && !isLoaded) {
        System.err.println("The database already holds data; the demo is not loaded");
      }
      if (!demo && loader.isUnfinished()) {
        System.err.println(
            "The demo in this data directory is incomplete; continue it by serve --demo");
      }
      var server = session.bean(EmbeddedServer.class).start();
      System.out.printf(
          """

          Operator Analytics is running.
            Pages     %1$s/
            GraphQL   %1$s/graphql
            GraphiQL  %1$s/graphiql
          """,
          server.getContextURI().toString().replaceFirst("/+$", ""));
      if (adminToken != null) {
        System.out.printf("  Admin header:  Authorization: Bearer %s%n", adminToken);
      }
      if (pricesFromNode) {
        System.out.println(
            "Prices come from Chainlink's feeds through the node. For other tokens, name more"
                + " sources: PRICES_SOURCES=chainlink,defillama");
      }
      System.out.println("Press Ctrl-C to stop.");
      if (isLoaded) {
        System.out.println("Computing the days of the demo, the most recent first.");
        System.out.println(
            loader.computeDays()
                ? "The demo is complete."
                : "Some days of the demo are missing; the next start computes them.");
      }
      session.bean(JobPoller.class).begin();
      session.bean(AlertPoller.class).begin();
      if (nodes.isEmpty()) {
        new CountDownLatch(1).await();
      }
      follow(session, chain.network(environment));
    }
    return OperatorAnalytics.DONE;
  }

  private static void requireChain(Session session, Network network) {
    var settings = session.bean(ChainSettings.class);
    try (var nodes =
        new Nodes(settings.urls(), network.chainId(), settings.limits(), Clock.systemUTC())) {
      nodes.requireChain();
    } catch (WrongChain e) {
      throw new CommandFailed(String.valueOf(e.getMessage()));
    }
  }

  /** Until the server ends. */
  private static void follow(Session session, Network network) {
    try (var shown = new ChainProgressLine()) {
      var follower =
          new ChainFollower(
              session.bean(ChainSettings.class),
              network,
              session.databases().events(),
              session.databases().analytics(),
              session.bean(StateUpdate.class),
              Clock.systemUTC(),
              shown);
      session
          .bean(GracefulShutdown.class)
          .run("the chain is read on from here at the next start", follower::run);
    } catch (WrongChain e) {
      throw new CommandFailed(String.valueOf(e.getMessage()));
    }
  }

  private static String newToken() {
    var bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private void requireFreePort() {
    if (port < 0 || port > MAX_PORT) {
      throw new ParameterException(
          requireNonNull(command).commandLine(),
          "--port is %d; expected a port from 0 to %d".formatted(port, MAX_PORT));
    }
    if (new InetSocketAddress(host, port).isUnresolved()) {
      throw new CommandFailed(
          "--host is %s, which is not an address of this machine; expected one such as 127.0.0.1"
              .formatted(host));
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new CommandFailed(
          "Cannot listen on %s:%d: %s; stop the program that uses the port, or choose another by --port"
              .formatted(host, port, e.getMessage()));
    }
  }
}
