package dev.operatoranalytics.api;

import com.fasterxml.jackson.core.JsonFactory;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of {@code graphql-transport-ws} that stores received messages until they are read. */
public class TestSocket implements AutoCloseable {
  private final LinkedBlockingQueue<JsonNode> inbox = new LinkedBlockingQueue<>();
  private final List<JsonNode> passedOver = new ArrayList<>();
  private final LinkedBlockingQueue<Integer> closes = new LinkedBlockingQueue<>();
  private final WebSocket socket;

  /**
   * @param init payload of {@code connection_init}
   */
  @SuppressWarnings("this-escape")
  public TestSocket(HttpClient http, URI server, String init) throws Exception {
    socket =
        http.newWebSocketBuilder()
            .subprotocols("graphql-transport-ws")
            .buildAsync(
                URI.create("ws://%s:%s/graphql".formatted(server.getHost(), server.getPort())),
                new Listener())
            .get(30, TimeUnit.SECONDS);
    trySend("{\"type\":\"connection_init\",\"payload\":%s}".formatted(init), true);
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
      text.append(data);
      if (isLast) {
        try (var parser = new JsonFactory().createParser(text.toString())) {
          inbox.add(JsonNodeTreeCodec.getInstance().readTree(parser));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closes.add(code);
      return null;
    }
  }

  public void send(String message) throws Exception {
    if (!trySend(message, true)) {
      throw new AssertionError("the server closed the socket with " + closeCode());
    }
  }

  /** Sends a message part; returns false when the server has closed the socket. */
  boolean trySend(String text, boolean isLast) throws Exception {
    try {
      socket.sendText(text, isLast).get(30, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }

  /** Returns the next message of a type and an operation; keeps others. */
  public JsonNode message(String type, String id) throws Exception {
    for (var each : passedOver) {
      if (is(each, type, id)) {
        passedOver.remove(each);
        return each;
      }
    }
    while (true) {
      var message = inbox.poll(30, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no %s of %s, but %s".formatted(type, id, passedOver));
      }
      if (is(message, type, id)) {
        return message;
      }
      passedOver.add(message);
    }
  }

  /** Waits until an operation has ended; keeps its messages. */
  public void end(String id) throws Exception {
    while (passedOver.stream()
        .noneMatch(each -> is(each, "complete", id) || is(each, "error", id))) {
      var message = inbox.poll(30, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("%s goes on, or the socket was closed".formatted(id));
      }
      passedOver.add(message);
    }
  }

  /** Returns the messages received so far and not read. */
  public List<JsonNode> others() {
    inbox.drainTo(passedOver);
    return List.copyOf(passedOver);
  }

  /** Returns the code with which the server closed the socket. */
  public int closeCode() throws Exception {
    var code = closes.poll(30, TimeUnit.SECONDS);
    if (code == null) {
      throw new AssertionError("the socket stays open");
    }
    return code;
  }

  private static boolean is(JsonNode message, String type, String id) {
    var of = message.get("id");
    return message.get("type").getStringValue().equals(type)
        && (of == null ? "" : of.getStringValue()).equals(id);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
