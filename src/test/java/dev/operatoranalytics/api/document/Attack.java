package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.RawSocket;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends a corpus repeatedly from two addresses, at the rate limit; at the same time holds open
 * incomplete requests, endless headers, and sockets that send and never read.
 */
final class Attack implements Closeable {
  private static final int SLOW = 50;
  private static final int PAUSE_MS = 10;

  private final URI server;
  private final AtomicLong sent = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Closeable> open = new ArrayList<>();

  private interface Blow {
    void strike() throws IOException, InterruptedException;
  }

  Attack(URI server, List<byte[]> corpus) throws Exception {
    this.server = server;
    for (var address : List.of("127.0.0.2", "127.0.0.3")) {
      var http = HttpClient.newBuilder().localAddress(InetAddress.getByName(address)).build();
      open.add(http::shutdownNow);
      for (var body : List.of(corpus, corpus.reversed())) {
        again(new Sending(http, body)::strike);
      }
    }
    for (var i = 0; i < SLOW; i++) {
      slowly("POST /graphql HTTP/1.1\nHost: x\nContent-Length: 90000\n\n", "{");
      slowly("GET /graphql HTTP/1.1\n", "X-Header: y\n");
    }
    for (var i = 0; i < 2; i++) {
      var socket = new RawSocket(server);
      open.add(socket);
      socket.upgrade();
      socket.write(RawSocket.frame("{\"type\":\"connection_init\"}"));
      var pings =
          new String(RawSocket.frame("{\"type\":\"ping\"}"), StandardCharsets.ISO_8859_1)
              .repeat(100)
              .getBytes(StandardCharsets.ISO_8859_1);
      again(() -> socket.write(pings));
    }
  }

  private final class Sending {
    private final HttpClient http;
    private final List<byte[]> corpus;
    private int next;

    Sending(HttpClient http, List<byte[]> corpus) {
      this.http = http;
      this.corpus = corpus;
    }

    void strike() throws IOException, InterruptedException {
      http.send(
          HttpRequest.newBuilder(server.resolve("/graphql"))
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofByteArray(corpus.get(next++ % corpus.size())))
              .build(),
          BodyHandlers.discarding());
      sent.incrementAndGet();
    }
  }

  /** Writes slowly to a connection, and opens a new one after each close. */
  private void slowly(String begin, String more) {
    var connection = new RawSocket[1];
    again(
        () -> {
          Thread.sleep(1_000);
          try {
            if (connection[0] == null) {
              connection[0] = new RawSocket(server);
              connection[0].write(begin);
            }
            connection[0].write(more);
          } catch (IOException e) {
            var given = connection[0];
            connection[0] = null;
            if (given != null) {
              given.close();
            }
          }
        });
  }

  private void again(Blow blow) {
    threads.add(
        Thread.startVirtualThread(
            () -> {
              try {
                while (!Thread.currentThread().isInterrupted()) {
                  blow.strike();
                  Thread.sleep(PAUSE_MS);
                }
              } catch (IOException | InterruptedException e) {
                // the attack has ended
              }
            }));
  }

  long sent() {
    return sent.get();
  }

  @Override
  public void close() throws IOException {
    threads.forEach(Thread::interrupt);
    for (var each : open) {
      each.close();
    }
  }
}
