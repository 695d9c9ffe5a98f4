package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that offers compression gets only long messages compressed. */
@Timeout(60)
@Tag("slow")
class PackedMessagesTest {
  @RegisterExtension static final DemoServer server = new DemoServer();

  @Test
  void short_messages_are_uncompressed_and_long_ones_compressed() throws Exception {
    try (var client = new Client(server.uri())) {
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

  @Test
  void a_message_that_decompresses_to_too_much_or_is_invalid_closes_the_socket() throws Exception {
    assertThat(closedAfter(packed(new byte[2 << 20]))).isEqualTo(1009);
    assertThat(closedAfter(new byte[] {-1, -1, -1, -1})).isEqualTo(1002);
  }

  private static int closedAfter(byte[] packed) throws Exception {
    try (var socket = new RawSocket(server.uri())) {
      assertThat(socket.upgrade()).contains("101");
      socket.write(RawSocket.packedFrame(packed));
      return ByteBuffer.wrap(socket.read().bytes()).getShort();
    }
  }

  private static byte[] packed(byte[] bytes) {
    var packed = new byte[1 << 15];
    try (var deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
      deflater.setInput(bytes);
      return Arrays.copyOf(
          packed, deflater.deflate(packed, 0, packed.length, Deflater.SYNC_FLUSH) - 4);
    }
  }

  private record Message(boolean isPacked, String text) {}

  /** Decompresses per RFC 7692, which the JDK's client does not support. */
  private static final class Client implements AutoCloseable {
    private final RawSocket socket;
    private final Inflater inflater = new Inflater(true);

    Client(URI server) throws IOException {
      socket = new RawSocket(server);
      assertThat(socket.upgrade()).contains("101").containsIgnoringCase("permessage-deflate");
    }

    void ask(String document) throws IOException {
      send("{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{\"query\":\"" + document + "\"}}");
    }

    void send(String text) throws IOException {
      socket.write(RawSocket.frame(text));
    }

    Message read() throws IOException, DataFormatException {
      var frame = socket.read();
      var text = frame.isPacked() ? unpacked(frame.bytes()) : frame.bytes();
      return new Message(frame.isPacked(), new String(text, StandardCharsets.UTF_8));
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

    @Override
    public void close() throws IOException {
      inflater.end();
      socket.close();
    }
  }
}
