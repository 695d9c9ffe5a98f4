package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that offers to unpack gets long messages packed, and only these. */
@Timeout(60)
class PackedMessagesTest {

  @Test
  void short_messages_come_plain_and_long_ones_packed(@TempDir Path directory) throws Exception {
    try (var server = new DemoServer(directory);
        var client = new Client(server.uri())) {
      client.send("{\"type\":\"connection_init\"}");
      assertThat(client.read()).isEqualTo(new Message(false, "{\"type\":\"connection_ack\"}"));

      client.ask("{ __typename }");
      var small = client.read();
      assertThat(small.isPacked()).isFalse();
      assertThat(small.text()).contains("\"__typename\":\"Query\"");
      assertThat(client.read().text()).contains("complete");

      for (var time = 0; time < 2; time++) {
        client.ask("{ __schema { types { name description } } }");
        var large = client.read();
        assertThat(large.isPacked()).isTrue();
        assertThat(large.text()).contains("\"name\":\"OperatorStrategy\"").endsWith("}}}");
        assertThat(client.read().text()).contains("complete");
      }
    }
  }

  private record Message(boolean isPacked, String text) {}

  /** Just enough of RFC 6455 and RFC 7692; the JDK's client cannot unpack. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream input;
    private final Inflater inflater = new Inflater(true);

    Client(URI server) throws IOException {
      socket = new Socket(server.getHost(), server.getPort());
      input = new DataInputStream(socket.getInputStream());
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

          """
              .replace("\n", "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) input.readUnsignedByte());
      }
      assertThat(head.toString()).contains("101").containsIgnoringCase("permessage-deflate");
    }

    void ask(String document) throws IOException {
      send("{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{\"query\":\"" + document + "\"}}");
    }

    /** Masked by zeros, which change nothing. */
    void send(String text) throws IOException {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      var frame = new ByteArrayOutputStream();
      frame.write(0x81);
      frame.write(0x80 | bytes.length);
      frame.write(new byte[4]);
      frame.write(bytes);
      write(frame.toByteArray());
    }

    Message read() throws IOException, DataFormatException {
      var first = input.readUnsignedByte();
      long length = input.readUnsignedByte();
      if (length == 126) {
        length = input.readUnsignedShort();
      } else if (length == 127) {
        length = input.readLong();
      }
      var bytes = input.readNBytes((int) length);
      var isPacked = (first & 0x40) != 0;
      var text = isPacked ? unpacked(bytes) : bytes;
      return new Message(isPacked, new String(text, StandardCharsets.UTF_8));
    }

    private byte[] unpacked(byte[] bytes) throws DataFormatException {
      var text = new ByteArrayOutputStream();
      var piece = new byte[1 << 16];
      for (var part : new byte[][] {bytes, {0, 0, (byte) 0xff, (byte) 0xff}}) {
        inflater.setInput(part);
        int count;
        while ((count = inflater.inflate(piece)) > 0) {
          text.write(piece, 0, count);
        }
      }
      return text.toByteArray();
    }

    private void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    @Override
    public void close() throws IOException {
      inflater.end();
      socket.close();
    }
  }
}
