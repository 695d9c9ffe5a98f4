package dev.operatoranalytics.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP proxy whose connections can be cut and restored. */
public final class TcpProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean isCut;

  public TcpProxy(InetSocketAddress server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Closes all connections and rejects new ones. */
  public void cut() throws IOException {
    isCut = true;
    for (var socket : open) {
      socket.close();
    }
  }

  public void restore() {
    isCut = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        if (isCut) {
          client.close();
        } else {
          join(client, new Socket(server.getAddress(), server.getPort()));
        }
      } catch (IOException e) {
        // the next connection may succeed
      }
    }
  }

  private void join(Socket client, Socket target) {
    open.add(client);
    open.add(target);
    Thread.ofVirtual().start(() -> copy(client, target));
    Thread.ofVirtual().start(() -> copy(target, client));
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // it was cut
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
