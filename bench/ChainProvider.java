import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** Answers JSON-RPC on loopback with an invented history: OperatorSharesIncreased logs, 100 a block. */
final class ChainProvider {
  private static final int LOGS_PER_BLOCK = 100;
  private static final Pattern CALL =
      Pattern.compile("\"id\":(\\d+),\"method\":\"(\\w+)\",\"params\":\\[(?:\"(\\w+)\")?");
  private static final Pattern RANGE =
      Pattern.compile("\"fromBlock\":\"0x([0-9a-f]+)\",\"toBlock\":\"0x([0-9a-f]+)\"");
  private static final String TOPIC =
      "0x1ec042c965e2edd7107b51188ee0f383e22e76179041ab3a9d18ff151405166c";

  private static long head;

  /**
   * @param arguments port, and how many logs there are
   */
  public static void main(String[] arguments) throws Exception {
    head = Long.parseLong(arguments[1]) / LOGS_PER_BLOCK - 1;
    var server =
        HttpServer.create(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
            0);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext(
        "/",
        exchange -> {
          var request =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
          var body = new ByteArrayOutputStream(1 << 20);
          var calls = CALL.matcher(request);
          var isBatch = request.startsWith("[");
          write(body, isBatch ? "[" : "");
          for (var count = 0; calls.find(); count++) {
            write(body, count > 0 ? "," : "");
            write(body, "{\"jsonrpc\":\"2.0\",\"id\":" + calls.group(1) + ",\"result\":");
            switch (calls.group(2)) {
              case "eth_chainId" -> write(body, "\"0x7a69\"");
              case "eth_getBlockByNumber" -> write(body, block(calls.group(3)));
              case "eth_getLogs" -> logs(body, request);
              default -> write(body, "[]");
            }
            write(body, "}");
          }
          write(body, isBatch ? "]" : "");
          exchange.getResponseHeaders().add("content-type", "application/json");
          exchange.sendResponseHeaders(200, body.size());
          body.writeTo(exchange.getResponseBody());
          exchange.close();
        });
    server.start();
    System.out.println("answers");
  }

  private static void write(ByteArrayOutputStream body, String text) {
    body.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String block(String name) {
    var number = name.startsWith("0x") ? Long.parseLong(name.substring(2), 16) : head;
    return "{\"number\":\"0x%x\",\"hash\":\"%s\",\"parentHash\":\"%s\",\"timestamp\":\"0x%x\"}"
        .formatted(number, hash(number), hash(number - 1), time(number));
  }

  private static String hash(long number) {
    return "0x" + hex(number * 0x9E3779B97F4A7C15L) + hex(number) + "b".repeat(32);
  }

  private static long time(long number) {
    return 1_690_000_000L + 12 * number;
  }

  private static String hex(long value) {
    var digits = Long.toHexString(value);
    return "0".repeat(16 - digits.length()) + digits;
  }

  private static void logs(ByteArrayOutputStream body, String request) {
    write(body, "[");
    var range = RANGE.matcher(request);
    if (range.find() && request.contains("\"address\"")) {
      var from = Long.parseLong(range.group(1), 16);
      var to = Math.min(head, Long.parseLong(range.group(2), 16));
      var text = new Text(LOGS_PER_BLOCK * 1_000);
      for (var number = from; number <= to; number++) {
        var block =
            "\",\"blockNumber\":\"0x%x\",\"blockHash\":\"%s\",\"blockTimestamp\":\"0x%x\",\"transactionHash\":\"0x"
                .formatted(number, hash(number), time(number));
        for (var index = 0; index < LOGS_PER_BLOCK; index++) {
          var place = number * LOGS_PER_BLOCK + index;
          text.add(number > from || index > 0 ? "," : "").add(OPERATOR).add(place % 1_500);
          text.add(STAKER).add(place % 150_000).add(STRATEGY).add(place % 30);
          text.add(AMOUNT).add(1_000_000_000L + place).add(block);
          text.add(place * 0x9E3779B97F4A7C15L).add(place).add(LOG_INDEX);
          text.add(Integer.toHexString(index)).add("\",\"removed\":false}");
        }
        text.moveTo(body);
      }
    }
    write(body, "]");
  }

  private static final String OPERATOR =
      "{\"address\":\"0x39053d51b77dc0d36036fc1fcc8cb819df8ef37a\",\"topics\":[\""
          + TOPIC
          + "\",\"0x000000000000000000000000aaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String STAKER =
      "\"],\"data\":\"0x000000000000000000000000bbbbbbbbbbbbbbbbbbbbbbbb";
  private static final String STRATEGY = "000000000000000000000000cccccccccccccccccccccccc";
  private static final String AMOUNT = "0".repeat(48);
  private static final String LOG_INDEX =
      "d".repeat(32) + "\",\"transactionIndex\":\"0x0\",\"logIndex\":\"0x";

  /** ASCII text; built without strings, so that the provider takes little of the machine. */
  private static final class Text {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private int length;

    private Text(int size) {
      bytes = new byte[size];
    }

    @SuppressWarnings("deprecation")
    private Text add(String ascii) {
      ascii.getBytes(0, ascii.length(), bytes, length);
      length += ascii.length();
      return this;
    }

    /** Adds sixteen hex digits. */
    private Text add(long value) {
      for (var shift = 60; shift >= 0; shift -= 4) {
        bytes[length++] = DIGITS[(int) (value >>> shift) & 15];
      }
      return this;
    }

    private void moveTo(ByteArrayOutputStream body) {
      body.write(bytes, 0, length);
      length = 0;
    }
  }

  private ChainProvider() {}
}
