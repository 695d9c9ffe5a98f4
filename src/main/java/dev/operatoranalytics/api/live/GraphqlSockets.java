package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.RequestJson;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.http.Authorizer;
import dev.operatoranalytics.api.http.ClientQuotas;
import dev.operatoranalytics.api.http.SocketSettings;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RouteCondition;
import io.micronaut.http.netty.websocket.AbstractNettyWebSocketHandler;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.websocket.CloseReason;
import io.micronaut.websocket.WebSocketSession;
import io.micronaut.websocket.annotation.OnClose;
import io.micronaut.websocket.annotation.OnError;
import io.micronaut.websocket.annotation.OnMessage;
import io.micronaut.websocket.annotation.OnOpen;
import io.micronaut.websocket.annotation.ServerWebSocket;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /graphql} over WebSocket. The condition on the header distinguishes an upgrade from a GET
 * of the same path.
 */
@Singleton
@ServerWebSocket(value = "${graphql.path:/graphql}", subprotocols = GraphqlSockets.PROTOCOL)
public class GraphqlSockets {
  private static final Logger log = LoggerFactory.getLogger(GraphqlSockets.class);
  static final String PROTOCOL = "graphql-transport-ws";
  private static final String IS_UPGRADE =
      "#{request.headers.findFirst('Sec-WebSocket-Key').isPresent()}";
  private static final CloseReason NOT_OUR_PROTOCOL =
      new CloseReason(4406, "Subprotocol not acceptable: " + PROTOCOL + " is spoken here");
  private static final CloseReason TOO_MANY =
      new CloseReason(4429, "Too many sockets of this client");

  private final Operations operations;
  private final SocketSettings settings;
  private final ClientQuotas clients;
  private final Authorizer authorizer;
  private final RequestMetrics metrics;
  private final RequestJson json;
  private final ScheduledExecutorService clock;
  private final Map<String, GraphqlSocket> sockets = new ConcurrentHashMap<>();

  GraphqlSockets(
      Operations operations,
      SocketSettings settings,
      ClientQuotas clients,
      Authorizer authorizer,
      RequestMetrics metrics,
      RequestJson json,
      @Named(TaskExecutors.SCHEDULED) ExecutorService clock) {
    this.operations = operations;
    this.settings = settings;
    this.clients = clients;
    this.authorizer = authorizer;
    this.metrics = metrics;
    this.json = json;
    this.clock = (ScheduledExecutorService) clock;
  }

  @OnOpen
  @RouteCondition(IS_UPGRADE)
  void open(WebSocketSession session, HttpRequest<?> http) {
    if (session.getSubprotocol().filter(PROTOCOL::equals).isEmpty()) {
      session.close(NOT_OUR_PROTOCOL);
      return;
    }
    var permit = clients.acquireSocket(http);
    if (permit == null) {
      metrics.rejected(ErrorCode.TOO_MANY_SOCKETS);
      session.close(TOO_MANY);
      return;
    }
    session.put("permit", permit);
    limitMessages(http);
    var socket =
        new GraphqlSocket(
            session,
            operations,
            settings.operations(),
            clients,
            metrics,
            json,
            shown ->
                shown == null ? authorizer.credentials(http) : authorizer.credentials(http, shown));
    sockets.put(session.getId(), socket);
    var _ =
        clock.schedule(
            socket::expectInit, settings.initTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Limits the length of messages sent in parts, and stops reading from clients that do not read
   * their responses.
   */
  private static void limitMessages(HttpRequest<?> http) {
    if (http instanceof NettyHttpRequest<?> netty) {
      var channel = netty.getChannelHandlerContext().channel();
      // after @OnOpen the handler of this socket is in the pipeline
      channel
          .eventLoop()
          .execute(
              () -> {
                var pipeline = channel.pipeline();
                if (pipeline.get(AbstractNettyWebSocketHandler.ID) != null) {
                  pipeline.addBefore(
                      AbstractNettyWebSocketHandler.ID,
                      "whole messages",
                      new WebSocketFrameAggregator(SocketSettings.MAX_MESSAGE_BYTES));
                  pipeline.addFirst("backpressure", new BackpressureHandler());
                }
              });
    }
  }

  @OnMessage(maxPayloadLength = SocketSettings.MAX_MESSAGE_BYTES)
  @RouteCondition(IS_UPGRADE)
  void message(String message, WebSocketSession session) {
    var socket = sockets.get(session.getId());
    if (socket != null) {
      socket.receive(message);
    }
  }

  @OnClose
  void close(WebSocketSession session) {
    var socket = sockets.remove(session.getId());
    if (socket != null) {
      socket.closed();
      session.get("permit", ClientQuotas.Permit.class).ifPresent(ClientQuotas.Permit::close);
    }
  }

  @OnError
  void failed(WebSocketSession session, Throwable failure) {
    session.close(
        switch (failure) {
          case TooLongFrameException tooLong -> CloseReason.MESSAGE_TO_BIG;
          case CorruptedWebSocketFrameException corrupted -> CloseReason.PROTOCOL_ERROR;
          case DecompressionException packed when packed.getCause() == null ->
              CloseReason.MESSAGE_TO_BIG;
          case DecompressionException packed -> CloseReason.PROTOCOL_ERROR;
          // the connection broke
          case IOException broken -> CloseReason.GOING_AWAY;
          default -> {
            log.error("a socket failed", failure);
            yield CloseReason.INTERNAL_ERROR;
          }
        });
  }

  /** Closes the sockets whose credentials are no longer valid. */
  void closeExpired() {
    sockets.values().forEach(GraphqlSocket::closeIfExpired);
  }

  void ping() {
    sockets.values().forEach(GraphqlSocket::ping);
  }
}
