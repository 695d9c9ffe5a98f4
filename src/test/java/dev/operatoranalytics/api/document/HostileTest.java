package dev.operatoranalytics.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.api.DemoServer;
import dev.operatoranalytics.api.TestSocket;
import graphql.GraphQLContext;
import graphql.execution.ValuesResolver;
import graphql.language.AstPrinter;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No input causes an internal error or reveals internals. */
@Tag("slow")
class HostileTest {
  private static final List<String> LEAKS =
      List.of(
          "INTERNAL",
          "errorId",
          "Exception",
          "java.",
          "dev.operatoranalytics",
          "graphql.",
          "SQL",
          "pg_",
          "select ",
          "operator_state",
          "/work",
          "/tmp",
          "password",
          "org.postgresql");
  private static final List<String> INJECTIONS =
      List.of(
          "'; drop table operators; --",
          "' or 1=1 --",
          "$1",
          "?",
          "%s{}",
          "\\u0000",
          "\\ud800",
          "0x' || (select version()) || '");

  private static final String ADMIN = "an-administrator-of-this-test";

  private static final int AT_ONCE = 50;

  /** The text around a value in a filter. */
  private static final List<String> FORMS =
      List.of(
          "%s",
          "[%s]",
          "{\"eq\":%s}",
          "{\"in\":[%s]}",
          "{\"lt\":%s}",
          "{\"contains\":%s}",
          "{\"some\":%s}");

  /** JSON of every kind: absent, blank, extreme, and of a wrong type. */
  private static final List<String> VALUES =
      Stream.concat(
              Stream.of(
                  "null",
                  "true",
                  "0",
                  "-1",
                  "1",
                  "2147483648",
                  "1e400",
                  "-0.5",
                  "1E-400",
                  "[]",
                  "[null]",
                  "[[1]]",
                  "{}",
                  "{\"\":null}",
                  "{\"eq\":null}",
                  "9".repeat(400)),
              Stream.of(
                      "",
                      " ",
                      "\\u0000",
                      "\\ud800",
                      "\\u001f",
                      "\u0663",
                      "x".repeat(5_000),
                      "NaN",
                      "infinity",
                      "now",
                      "1e400",
                      "-1",
                      "99999999999999999999",
                      "0000-01-01",
                      "-0001-01-01",
                      "0001-01-01",
                      "9999-12-31",
                      "10000-01-01",
                      "+10000-01-01",
                      "-999999999-01-01",
                      "+999999999-12-31",
                      "2026-02-30",
                      "2026-01-22",
                      "0001-01-01T00:00:00+14:00",
                      "9999-12-31T23:59:59-14:00",
                      "+999999999-12-31T23:59:59Z",
                      "-999999999-01-01T00:00:00Z",
                      "2026-01-22T08:15:00Z",
                      "2026-01-22T24:00:00Z",
                      "0x" + "0".repeat(40),
                      "0X" + "A".repeat(40),
                      "T3BlcmF0b3I6",
                      "Ojo",
                      "WyJhIl0")
                  .map(text -> '"' + text + '"'))
          .toList();

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
          Map.of(
              "operator-analytics.limits.requests-per-minute",
              1_000_000,
              "operator-analytics.access.admin-token",
              ADMIN));

  @AutoClose private static final HttpClient http = HttpClient.newHttpClient();

  @Test
  void hostile_documents_are_rejected_or_answered() throws Exception {
    var documents = documents();
    for (var document : documents.entrySet()) {
      expectNoFault(document.getKey(), send(json(documents, document.getKey())));
    }
    assertThat(code(send(json(documents, "deeper than a stack"))))
        .isIn("DOCUMENT_TOO_COMPLEX", "SYNTAX_ERROR");
    assertThat(code(send(json(documents, "deep")))).isEqualTo("DOCUMENT_TOO_COMPLEX");
    assertThat(code(send(json(documents, "aliased and known")))).isEqualTo("DOCUMENT_TOO_COMPLEX");
    assertThat(code(send(json(documents, "dear")))).isEqualTo("COST_EXCEEDED");
  }

  @Test
  void hostile_bodies_are_rejected() throws Exception {
    var bodies = bodies();
    for (var body : bodies.entrySet()) {
      var answer = send(body.getValue());
      expectNoFault(body.getKey(), answer);
      assertThat(answer.status()).as(body.getKey()).isBetween(200, 499);
    }
  }

  private static Map<String, String> documents() {
    var documents = new LinkedHashMap<String, String>();
    documents.put(
        "deep",
        "{ operators { nodes "
            + "{ strategies { nodes { operator ".repeat(5)
            + "{ address }"
            + " } } }".repeat(5)
            + " } }");
    documents.put("deeper than a stack", "{ a".repeat(20_000));
    documents.put("wide", "{" + " __typename".repeat(9_000) + "}");
    documents.put("aliased", "{" + join(2_000, " a%d: network { __typename }") + "}");
    documents.put("aliased and known", "{" + join(2_000, " a%d: __typename") + "}");
    documents.put("cyclic", "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }");
    documents.put(
        "a fragment of itself", "{ ...a } fragment a on Query { pipeline { __typename } ...a }");
    documents.put(
        "fragments that double",
        "{ ...f0 } "
            + join(60, "fragment f%1$d on Query { ...g%1$d ...h%1$d } ")
            + join(60, "fragment g%d on Query { __typename } ")
            + IntStream.range(0, 60)
                .mapToObj(i -> "fragment h%d on Query { ...f%d ...f%d }".formatted(i, i + 1, i + 1))
                .collect(Collectors.joining(" "))
            + " fragment f60 on Query { __typename }");
    documents.put(
        "a thousand directives", "{ __typename" + " @skip(if: false)".repeat(1_000) + " }");
    documents.put("a thousand unknown directives", "{ __typename" + " @no".repeat(1_000) + " }");
    documents.put("a thousand operations", join(1_000, "query q%d { __typename } "));
    documents.put(
        "a list in a list", "{ nodes(ids: " + "[".repeat(400) + "]".repeat(400) + ") { id } }");
    documents.put(
        "a filter in a filter",
        "{ operators(where: "
            + "{not: ".repeat(300)
            + "{}"
            + "}".repeat(300)
            + ") { totalCount } }");
    documents.put(
        "dear",
        "{ operators(first: 1000) { nodes { delegators(first: 1000) { nodes { isActive } } } } }");
    documents.put("a negative page", "{ operators(first: -1) { nodes { address } } }");
    documents.put(
        "a page beyond all numbers",
        "{ operators(first: 99999999999999999999) { nodes { address } } }");
    documents.put(
        "introspection over and over",
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } }"
            + " } } } } } }");
    documents.put("no document", "");
    documents.put("a byte that is no text", "{ __typename }\u0000");
    return documents;
  }

  private static Map<String, byte[]> bodies() {
    var bodies = new LinkedHashMap<String, byte[]>();
    for (var text :
        List.of(
            "",
            "null",
            "1",
            "[]",
            "[{\"query\":\"{__typename}\"}]",
            "{\"query\":1}",
            "{\"query\":{}}",
            "{\"query\":[\"{__typename}\"]}",
            "{\"query\":\"{__typename}\",\"variables\":[]}",
            "{\"query\":\"{__typename}\",\"variables\":\"x\"}",
            "{\"query\":\"{__typename}\",\"operationName\":1}",
            "{\"query\":\"{__typename}\",\"extensions\":1}",
            "{\"query\":\"{__typename}\",\"extensions\":{\"persistedQuery\":1}}",
            "{\"query\":\"{__typename}\"}{}",
            "{\"query\":\"{__typename}\"",
            "[".repeat(100_000),
            "{\"a\":".repeat(100_000))) {
      bodies.put(
          text.substring(0, Math.min(60, text.length())), text.getBytes(StandardCharsets.UTF_8));
    }
    for (var value :
        List.of(
            "\"" + "9".repeat(900_000) + "\"",
            "9".repeat(900_000),
            "[" + "\"0x\",".repeat(200_000) + "null]",
            "{\"and\":[".repeat(500) + "]}".repeat(500))) {
      bodies.put(
          "variables of " + value.substring(0, 20),
          """
          {"query": "query($v: OperatorFilter) { operators(where: $v) { totalCount } }",
           "variables": {"v": %s}}
          """
              .formatted(value)
              .getBytes(StandardCharsets.UTF_8));
    }
    bodies.put(
        "bytes that are no UTF-8", new byte[] {'{', '"', (byte) 0xc3, (byte) 0x28, '"', '}'});
    bodies.put("a lone surrogate", "{\"query\":\"\\ud800\"}".getBytes(StandardCharsets.UTF_8));
    return bodies;
  }

  /** Prints the results without asserting limits. At full size: bench/hostile. */
  @Test
  void honest_clients_get_responses_during_an_attack() throws Exception {
    var given = System.getProperty("proof.server");
    if (given != null) {
      attack(URI.create(given), Integer.getInteger("proof.seconds", 60));
      return;
    }
    try (var attacked =
        server.replica(
            Map.of(
                "operator-analytics.limits.requests-per-minute",
                6_000,
                "operator-analytics.limits.request-timeout",
                "5s"))) {
      attack(attacked.uri(), 2);
    }
  }

  private static void attack(URI attacked, int seconds) throws Exception {
    var corpus = corpus();
    // compile the documents of both sides first
    try (var _ = new Attack(attacked, corpus)) {
      var _ = HonestClients.ask(attacked, seconds);
    }
    var quiet = new ArrayList<HonestClients>();
    var beside = new ArrayList<HonestClients>();
    var sent = 0L;
    // in turns, because machines can be slow for other reasons
    var turns = Math.ceilDiv(seconds, 10);
    for (var turn = 0; turn < turns; turn++) {
      Collections.rotate(corpus, corpus.size() / turns);
      quiet.add(HonestClients.ask(attacked, seconds / turns));
      try (var attack = new Attack(attacked, corpus)) {
        beside.add(HonestClients.ask(attacked, seconds / turns));
        sent += attack.sent();
      }
    }

    System.out.printf(
        "honest clients: %s; beside %,d hostile requests: %s%n",
        HonestClients.all(quiet), sent, HonestClients.all(beside));
    assertThat(HonestClients.all(quiet).failures()).isEmpty();
    assertThat(HonestClients.all(beside).failures()).isEmpty();
  }

  private static List<byte[]> corpus() throws Exception {
    var corpus = new ArrayList<>(bodies().values());
    for (var document : documents().values()) {
      corpus.add(json(document, "null"));
    }
    var query =
        Objects.requireNonNull(server.bean(GraphqlSchema.class).executable().getQueryType());
    for (var document : wrongCalls(query, "{ %s }")) {
      corpus.add(json(document, "null"));
    }
    return corpus;
  }

  @Test
  void wrong_values_for_every_argument_of_every_field_cause_no_internal_error() throws Exception {
    var schema = server.bean(GraphqlSchema.class).executable();
    var documents = new ArrayList<String>();
    var tried = new HashSet<String>();
    var inputs = new HashSet<GraphQLNamedType>();
    paths(schema.getQueryType())
        .forEach(
            (type, path) -> {
              tried.add(type.getName());
              documents.addAll(wrongCalls(type, path, inputs));
            });
    var mutation = Objects.requireNonNull(schema.getMutationType());
    documents.addAll(wrongCalls(mutation, "mutation { %s }"));
    assertThat(withArguments(schema)).isSubsetOf(tried);
    System.out.println("wrong arguments: " + documents.size() + " documents");
    assertThat(documents).hasSizeGreaterThan(500);
    var faults = new TreeSet<String>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var sent =
          threads.invokeAll(
              documents.stream()
                  .map(
                      document ->
                          (Callable<String>) () -> fault(document, send(json(document, "null"))))
                  .toList());
      for (var each : sent) {
        faults.add(each.get());
      }
    }
    faults.remove("");
    assertThat(faults).isEmpty();
    assertThat(server.tables().rows("select count(*) > 0 from operators"))
        .containsExactly(List.of("t"));
  }

  @Test
  void wrong_values_for_every_argument_of_every_subscription_cause_no_internal_error()
      throws Exception {
    var schema = server.bean(GraphqlSchema.class).executable();
    var documents =
        wrongCalls(Objects.requireNonNull(schema.getSubscriptionType()), "subscription { %s }");
    assertThat(documents).hasSizeGreaterThan(100);
    try (var socket = new TestSocket(http, server.uri(), "{}")) {
      socket.message("connection_ack", "");
      for (var begin = 0; begin < documents.size(); begin += AT_ONCE) {
        var end = Math.min(begin + AT_ONCE, documents.size());
        for (var i = begin; i < end; i++) {
          subscribe(socket, "wrong" + i, documents.get(i));
        }
        subscribe(socket, "right" + begin, "{ __typename }");
        socket.message("complete", "right" + begin);
        // rejected operations are reported, the others continue
        Thread.sleep(200);
        for (var i = begin; i < end; i++) {
          socket.send("{\"type\":\"complete\",\"id\":\"wrong%d\"}".formatted(i));
        }
      }

      var errors =
          socket.others().stream()
              .filter(message -> "error".equals(message.get("type").getStringValue()))
              .toList();
      assertThat(errors).hasSizeGreaterThan(documents.size() / 2);
      for (var error : errors) {
        var number = error.get("id").getStringValue().substring("wrong".length());
        expectNoFault(documents.get(Integer.parseInt(number)), new Sent(200, server.write(error)));
      }
    }
  }

  private static void subscribe(TestSocket socket, String id, String document) throws Exception {
    subscribe(socket, id, new Asked(document, "null"));
  }

  private static void subscribe(TestSocket socket, String id, Asked asked) throws Exception {
    socket.send(
        "{\"type\":\"subscribe\",\"id\":\"%s\",\"payload\":%s}".formatted(id, asked.json()));
  }

  /**
   * @param variables JSON
   */
  private record Asked(String document, String variables) {
    String json() throws Exception {
      return new String(HostileTest.json(document, variables), StandardCharsets.UTF_8);
    }

    String url(String path) {
      return "%s?query=%s&variables=%s"
          .formatted(
              path,
              URLEncoder.encode(document, StandardCharsets.UTF_8),
              URLEncoder.encode(variables, StandardCharsets.UTF_8));
    }

    boolean isShort() {
      return document.length() + variables.length() < 1_000;
    }
  }

  @Test
  void any_variable_for_every_argument_causes_no_internal_error_on_any_transport()
      throws Exception {
    var schema = server.bean(GraphqlSchema.class).executable();
    var asked = new ArrayList<Asked>();
    paths(schema.getQueryType())
        .forEach((type, path) -> asked.addAll(variables(type, "query(%s) " + path)));
    System.out.println("variables: " + asked.size() + " requests");
    assertThat(asked).hasSizeGreaterThan(1_000);
    Collections.shuffle(asked, new Random(21));
    var quarter = asked.size() / 4;
    var faults = new TreeSet<String>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var sent = new ArrayList<Callable<String>>();
      for (var i = 0; i < 3 * quarter; i++) {
        var each = asked.get(i);
        var transport = i % 3;
        sent.add(() -> fault(each.toString(), send(each, transport)));
      }
      var mutation = Objects.requireNonNull(schema.getMutationType());
      for (var each : variables(mutation, "mutation(%s) { %s }")) {
        sent.add(() -> fault(each.toString(), send(json(each.document(), each.variables()))));
      }
      for (var each : threads.invokeAll(sent)) {
        faults.add(each.get());
      }
    }
    faults.addAll(onSocket(asked.subList(3 * quarter, asked.size()), true));
    var subscriptions =
        variables(Objects.requireNonNull(schema.getSubscriptionType()), "subscription(%s) { %s }");
    faults.addAll(onSocket(subscriptions, false));
    faults.remove("");
    assertThat(faults).isEmpty();
  }

  private static Sent send(Asked asked, int transport) throws Exception {
    var isGet = transport == 1 && asked.isShort();
    var path = transport == 2 ? "/graphql/stream" : "/graphql";
    var request =
        isGet
            ? HttpRequest.newBuilder(server.uri().resolve(asked.url(path)))
            : HttpRequest.newBuilder(server.uri().resolve(path))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(asked.json()));
    var answer = http.send(request.build(), BodyHandlers.ofString());
    return new Sent(answer.statusCode(), answer.body());
  }

  /** Returns the faults in the responses of one socket. */
  private static Set<String> onSocket(List<Asked> asked, boolean doesEnd) throws Exception {
    var faults = new TreeSet<String>();
    try (var socket = new TestSocket(http, server.uri(), "{}")) {
      socket.message("connection_ack", "");
      for (var begin = 0; begin < asked.size(); begin += AT_ONCE) {
        var end = Math.min(begin + AT_ONCE, asked.size());
        for (var i = begin; i < end; i++) {
          subscribe(socket, "" + i, asked.get(i));
        }
        if (!doesEnd) {
          subscribe(socket, "last" + begin, "{ __typename }");
          socket.message("complete", "last" + begin);
          // rejected operations are reported, the others continue
          Thread.sleep(200);
        }
        for (var i = begin; i < end; i++) {
          if (doesEnd) {
            socket.end("" + i);
          } else {
            socket.send("{\"type\":\"complete\",\"id\":\"%d\"}".formatted(i));
          }
        }
      }
      for (var message : socket.others()) {
        var id = message.get("id");
        if (id != null && id.getStringValue().matches("[0-9]+")) {
          faults.add(
              fault(
                  asked.get(Integer.parseInt(id.getStringValue())).toString(),
                  new Sent(200, server.write(message))));
        }
      }
    }
    return faults;
  }

  @Test
  void blank_requests_are_rejected_on_every_transport() throws Exception {
    for (var path : List.of("/graphql", "/graphql/stream")) {
      for (var body : List.of("", " ", "\n\t ", "\ufeff")) {
        var answer = server.post(path, "application/json", body);
        assertThat(answer.statusCode()).as(path + " body '" + body + "'").isEqualTo(400);
        expectNoFault(body, new Sent(answer.statusCode(), answer.body()));
      }
      for (var blank : List.of("", "%20", "%20%0A")) {
        var answer =
            server.get(
                path
                    + "?query=%7B__typename%7D&operationName=&variables=%1$s&extensions=%1$s"
                        .replace("%1$s", blank));
        assertThat(answer.statusCode()).as(path + " '" + blank + "'").isEqualTo(200);
        assertThat(answer.body()).contains("\"Query\"");
        var nothing = server.get(path + "?query=" + blank);
        assertThat(nothing.statusCode()).isBetween(200, 499);
        expectNoFault(blank, new Sent(nothing.statusCode(), nothing.body()));
      }
    }
    for (var text : List.of("", " ", "\n", "null", "[]", "1", "{}", "{\"type\":null}")) {
      try (var socket = new TestSocket(http, server.uri(), "{}")) {
        socket.message("connection_ack", "");
        socket.send(text);
        assertThat(socket.closeCode()).as("'" + text + "'").isEqualTo(4400);
      }
    }
  }

  /** Returns documents whose only variable may have an invalid value. */
  private static List<Asked> variables(GraphQLObjectType type, String path) {
    var random = new Random(type.getName().hashCode());
    var asked = new ArrayList<Asked>();
    for (var field : type.getFieldDefinitions()) {
      for (var argument : field.getArguments()) {
        // a variable that may be null, where its type or its default allows that
        var isRequired =
            GraphQLTypeUtil.isNonNull(argument.getType()) && !argument.hasSetDefaultValue();
        var declared =
            "$v: "
                + GraphQLTypeUtil.simplePrint(
                    isRequired
                        ? argument.getType()
                        : GraphQLTypeUtil.unwrapNonNull(argument.getType()))
                + (argument.hasSetDefaultValue()
                    ? " = "
                        + AstPrinter.printAst(
                            ValuesResolver.valueToLiteral(
                                argument.getArgumentDefaultValue(),
                                argument.getType(),
                                GraphQLContext.getDefault(),
                                Locale.ROOT))
                    : "");
        var document = path.formatted(declared, call(field, argument, "$v"));
        for (var value : values(argument.getType(), random)) {
          asked.add(new Asked(document, "{\"v\":%s}".formatted(value)));
        }
      }
    }
    return asked;
  }

  /** Returns some of the values, others for each argument; all with -Dproof.values=1000. */
  private static List<String> values(GraphQLInputType type, Random random) {
    var most = Integer.getInteger("proof.values", 9);
    var some = new ArrayList<>(VALUES);
    Collections.shuffle(some, random);
    var values = new ArrayList<>(List.of("null", "\"\"", "{}", "[]", "true"));
    values.addAll(some.subList(0, Math.min(most, some.size())));
    if (GraphQLTypeUtil.unwrapAll(type) instanceof GraphQLInputObjectType input) {
      for (var field : input.getFieldDefinitions()) {
        for (var i = 0; i < Math.min(most, 4); i++) {
          var form = FORMS.get(random.nextInt(FORMS.size()));
          var value = form.formatted(VALUES.get(random.nextInt(VALUES.size())));
          var object = "{\"%s\":%s}".formatted(field.getName(), value);
          values.add(
              GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(type))
                  ? "[" + object + "]"
                  : object);
        }
      }
    }
    return values;
  }

  /** Returns the object types that have a field with an argument. */
  private static Set<String> withArguments(GraphQLSchema schema) {
    var roots = Set.of("Mutation", "Subscription");
    return schema.getAllTypesAsList().stream()
        .filter(GraphQLObjectType.class::isInstance)
        .map(GraphQLObjectType.class::cast)
        .filter(type -> !roots.contains(type.getName()) && !type.getName().startsWith("__"))
        .filter(
            type ->
                type.getFieldDefinitions().stream()
                    .anyMatch(field -> !field.getArguments().isEmpty()))
        .map(GraphQLObjectType::getName)
        .collect(Collectors.toSet());
  }

  /** Returns the shortest path to each type in a document. */
  private static Map<GraphQLObjectType, String> paths(GraphQLObjectType root) {
    var paths = new LinkedHashMap<GraphQLObjectType, String>();
    paths.put(root, "{ %s }");
    // a list returns existing objects; what a key returns may not exist
    for (var isByKey : List.of(false, true)) {
      var left = new ArrayDeque<>(paths.keySet());
      while (!left.isEmpty()) {
        var type = left.remove();
        var path = Objects.requireNonNull(paths.get(type));
        for (var field : type.getFieldDefinitions()) {
          var to = GraphQLTypeUtil.unwrapAll(field.getType());
          var arguments = new ArrayList<String>();
          required(field)
              .forEach(each -> arguments.add(each.getName() + ": " + likely(each.getType())));
          if ((isByKey || arguments.isEmpty())
              && to instanceof GraphQLObjectType object
              && !paths.containsKey(object)) {
            if (field.getArgument("first") != null) {
              arguments.add("first: 1");
            }
            var call = arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")";
            paths.put(object, path.formatted(field.getName() + call + " { %s }"));
            left.add(object);
          }
        }
      }
    }
    return paths;
  }

  private static Stream<GraphQLArgument> required(GraphQLFieldDefinition field) {
    return field.getArguments().stream()
        .filter(each -> GraphQLTypeUtil.isNonNull(each.getType()) && !each.hasSetDefaultValue());
  }

  private static List<String> wrongCalls(GraphQLObjectType type, String path) {
    return wrongCalls(type, path, new HashSet<>());
  }

  /**
   * @param inputs input types whose fields were tried; they are tried once
   */
  private static List<String> wrongCalls(
      GraphQLObjectType type, String path, Set<GraphQLNamedType> inputs) {
    var documents = new ArrayList<String>();
    for (var field : type.getFieldDefinitions()) {
      for (var argument : field.getArguments()) {
        var isTried =
            GraphQLTypeUtil.unwrapAll(argument.getType()) instanceof GraphQLInputObjectType input
                && !inputs.add(input);
        for (var value : wrong(argument.getType(), isTried ? 1 : 0)) {
          documents.add(path.formatted(call(field, argument, value)));
        }
      }
    }
    return documents;
  }

  private static String call(GraphQLFieldDefinition field, GraphQLArgument argument, String value) {
    var others =
        required(field)
            .filter(other -> !other.getName().equals(argument.getName()))
            .map(other -> ", %s: %s".formatted(other.getName(), likely(other.getType())))
            .collect(Collectors.joining());
    var selection =
        GraphQLTypeUtil.unwrapAll(field.getType()) instanceof graphql.schema.GraphQLCompositeType
            ? " { __typename }"
            : "";
    return "%s(%s: %s%s)%s"
        .formatted(field.getName(), argument.getName(), value, others, selection);
  }

  private static String likely(GraphQLInputType type) {
    return switch (((GraphQLNamedType) GraphQLTypeUtil.unwrapAll(type)).getName()) {
      case "Int", "BigInt" -> "1";
      case "Address" -> "\"0x" + "0".repeat(40) + "\"";
      default -> "\"x\"";
    };
  }

  private static List<String> wrong(GraphQLInputType type, int depth) {
    var values = new ArrayList<>(List.of("null", "true", "-1", "99999999999999999999", "[]", "{}"));
    values.add("\"" + INJECTIONS.getFirst() + "\"");
    if (depth == 0) {
      values.addAll(List.of("1e400", "[[null]]", "NO_SUCH", "{no: {such: 1}}"));
      INJECTIONS.forEach(text -> values.add("\"" + text + "\""));
      INJECTIONS.forEach(text -> values.add("[\"" + text + "\"]"));
      if (GraphQLTypeUtil.unwrapAll(type) instanceof GraphQLInputObjectType input) {
        for (var field : input.getFieldDefinitions()) {
          for (var value : wrong(field.getType(), 1)) {
            values.add("{%s: %s}".formatted(field.getName(), value));
            values.add("{%s: {eq: %s}}".formatted(field.getName(), value));
          }
        }
      }
    }
    return values;
  }

  private static String join(int count, String part) {
    return IntStream.range(0, count).mapToObj(part::formatted).collect(Collectors.joining());
  }

  private record Sent(int status, String body) {}

  private static byte[] json(Map<String, String> documents, String name) throws Exception {
    return json(Objects.requireNonNull(documents.get(name)), "null");
  }

  private static byte[] json(String document, String variables) throws Exception {
    return server
        .write(Map.of("query", document))
        .replaceFirst("\\}$", ",\"variables\":" + variables + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Sent send(byte[] body) throws Exception {
    var answer =
        http.send(
            HttpRequest.newBuilder(server.uri().resolve("/graphql"))
                .header("content-type", "application/json")
                .header("accept", "application/graphql-response+json")
                .header("authorization", "Bearer " + ADMIN)
                .POST(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofString());
    return new Sent(answer.statusCode(), answer.body());
  }

  private static String code(Sent sent) {
    return sent.body().replaceFirst("(?s).*?\"code\":\"([A-Z_]+)\".*", "$1");
  }

  private static void expectNoFault(String what, Sent sent) {
    assertThat(fault(what, sent)).isEmpty();
  }

  /** Returns the faults in a response; empty when there are none. */
  private static String fault(String what, Sent sent) {
    // a response may quote the request
    var isLeaking =
        LEAKS.stream().anyMatch(leak -> !what.contains(leak) && sent.body().contains(leak));
    return sent.status() < 500 && !isLeaking
        ? ""
        : (what.length() > 300 ? what.substring(0, 300) + "…" : what) + " → " + sent.body();
  }
}
