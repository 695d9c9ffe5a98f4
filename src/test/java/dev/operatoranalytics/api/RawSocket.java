package dev.operatoranalytics.api;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A client that can send invalid input and shows raw responses; implements only the needed parts of
 * HTTP and RFC 6455.
 */
public final class RawSocket implements Closeable {
  private static final byte[] NO_MASK = new byte[4];

  private final Socket socket;
  private final DataInputStream input;

  public RawSocket(URI server) throws IOException {
    socket = new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout(30_000);
    input = new DataInputStream(socket.getInputStream());
  }

  public void write(String text) throws IOException {
    write(text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Reads the head of a response. */
  public String head() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) input.readUnsignedByte());
    }
    return head.toString();
  }

  /** Reads until the server closes the connection. */
  public String rest() throws IOException {
    return new String(input.readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Upgrades the connection to a WebSocket; returns the head of the response. */
  public String upgrade() throws IOException {
    write(
        """
        GET /graphql HTTP/1.1
        Host: localhost
        Connection: Upgrade
        Upgrade: websocket
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
        Sec-WebSocket-Protocol: graphql-transport-ws
        Sec-WebSocket-Extensions: permessage-deflate

        """);
    return head();
  }

  /** Builds a frame with a zero mask, which changes nothing. */
  public static byte[] frame(String text) {
    return frame(0x81, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Builds a compressed frame. */
  public static byte[] packedFrame(byte[] bytes) {
    return frame(0xc1, bytes);
  }

  private static byte[] frame(int begin, byte[] bytes) {
    var frame = new ByteArrayOutputStream();
    frame.write(begin);
    if (bytes.length < 126) {
      frame.write(0x80 | bytes.length);
    } else {
      frame.write(0x80 | 126);
      frame.write(bytes.length >> 8);
      frame.write(bytes.length);
    }
    frame.writeBytes(NO_MASK);
    frame.writeBytes(bytes);
    return frame.toByteArray();
  }

  /** A received frame. */
  public record Frame(boolean isPacked, byte[] bytes) {}

  public Frame read() throws IOException {
    var first = input.readUnsignedByte();
    long length = input.readUnsignedByte();
    if (length == 126) {
      length = input.readUnsignedShort();
    } else if (length == 127) {
      length = input.readLong();
    }
    return new Frame((first & 0x40) != 0, input.readNBytes((int) length));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
