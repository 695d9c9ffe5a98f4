package dev.operatoranalytics.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.chain.ClaimTree;
import dev.operatoranalytics.database.TestPostgres;
import dev.operatoranalytics.node.ProviderStub;
import dev.operatoranalytics.node.StubChain;
import dev.operatoranalytics.pipeline.RealTables;
import dev.operatoranalytics.source.demo.DemoFiles;
import dev.operatoranalytics.source.demo.DemoNetwork;
import dev.operatoranalytics.source.demo.DemoSize;
import java.io.IOException;
import java.math.BigInteger;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every option of every command does what its help says. */
@Tag("slow")
class OptionsTest {
  private static final Instant END = Instant.parse("2026-01-22T12:00:00Z");
  private static final DemoSize SIZE = new DemoSize(3, 400, 31, 3, 2, 7);
  private static final String FROM = "2026-01-19";
  private static final String TO = "2026-01-20";

  @TempDir private static Path directory;
  @AutoClose private static RealTables tables;
  private static DemoFiles files;
  private static Commands commands;

  @TempDir private Path own;

  @BeforeAll
  static void fill() throws Exception {
    files = DemoNetwork.generate(SIZE, END, directory.resolve("demo"));
    tables = new RealTables();
    tables.importStrategies(files.strategies());
    tables.importPrices(files.prices());
    tables.importRates(files.rates());
    tables.importEvents(files.events());
    tables.update();
    commands =
        new Commands(
            Map.of(
                "EVENTS_DB_URL", tables.tables().eventsUrl().withPassword(),
                "ANALYTICS_DB_URL", tables.tables().stateUrl().withPassword()));
  }

  @Test
  void every_option_has_a_test_of_its_effect() {
    var tested =
        Arrays.stream(OptionsTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Effect.class))
            .flatMap(method -> Arrays.stream(method.getAnnotation(Effect.class).value()))
            .collect(Collectors.toCollection(TreeSet::new));
    commandsWithDataDir().forEach(command -> tested.add(command + " --data-dir"));

    var all = new TreeSet<String>();
    commands(OperatorAnalytics.commandLine(Map.of()))
        .forEach(
            command ->
                command.getCommandSpec().options().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp())
                    .forEach(option -> all.add(nameOf(command) + " " + option.longestName())));
    assertThat(tested).containsExactlyElementsOf(all);
  }

  static Stream<String> commandsWithDataDir() {
    return commands(OperatorAnalytics.commandLine(Map.of()))
        .filter(command -> command.getCommandSpec().findOption("--data-dir") != null)
        .map(OptionsTest::nameOf);
  }

  @ParameterizedTest
  @MethodSource("commandsWithDataDir")
  void data_dir_sets_the_data_directory(String command) throws IOException {
    var file = Files.writeString(own.resolve("file"), "no directory");
    var line = (command + " " + arguments(command) + " --data-dir " + file).split(" +");

    var ran = new Commands(Map.of()).run(line);

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).contains(file.toString()).hasLineCount(1);
  }

  private String arguments(String command) throws IOException {
    return switch (command) {
      case "import chain" -> "--rpc-url http://127.0.0.1:1/";
      case "import events" -> files.events().toString();
      case "import strategies" -> files.strategies().toString();
      case "import prices" -> files.prices().toString();
      case "import rates" -> files.rates().toString();
      case "import metadata" -> files.metadata().toString();
      case "import operators-metadata" -> csv("operator_id,name\n").toString();
      case "import epochs" -> files.epochs().toString();
      case "import rewards" -> csv("").toString();
      case "rewards verify" -> "--root 0";
      case "backfill snapshots", "backfill analytics" -> "--from " + FROM + " --to " + TO;
      case "schedules pause", "schedules resume" -> "snapshots";
      case "sql" -> "-c select";
      case "serve" -> "--port 0";
      case "backup" -> own.resolve("backup.zip").toString();
      case "restore" -> backupOfNothing().toString();
      default -> "";
    };
  }

  @Effect("serve --schedules")
  @Test
  void schedules_run_unless_disabled() throws Exception {
    var events = TestPostgres.fresh("events");
    var state = TestPostgres.fresh("analytics");
    var server =
        new Commands(
            Map.of(
                "EVENTS_DB_URL", events.withPassword(), "ANALYTICS_DB_URL", state.withPassword()));
    Callable<Long> announced =
        () -> {
          try (var connection = state.connect();
              var statement = connection.createStatement();
              var row = statement.executeQuery("select count(*) from pipeline_schedules")) {
            row.next();
            return row.getLong(1);
          }
        };
    Callable<Long> begun =
        () -> {
          try (var connection = state.connect();
              var statement = connection.createStatement();
              var row = statement.executeQuery("select count(*) from pipeline_assets limit 1")) {
            row.next();
            return row.getLong(1);
          }
        };

    served(server, begun, "--no-schedules");
    assertThat(announced.call()).isZero();
    served(server, announced);

    assertThat(announced.call()).isEqualTo(3);
    for (var option : List.of("--schedules", "--no-schedules")) {
      Boolean value =
          OperatorAnalytics.commandLine(Map.of())
              .parseArgs("serve", option)
              .subcommand()
              .matchedOptionValue("--schedules", null);
      assertThat(value).as(option).isEqualTo(option.equals("--schedules"));
    }
  }

  /** Runs a server until the query returns a row, and checks that it is healthy. */
  private static void served(Commands server, Callable<Long> isThere, String... options)
      throws Exception {
    var port = freePort();
    var line =
        Stream.concat(Stream.of("serve", "--port", Integer.toString(port)), Arrays.stream(options))
            .toArray(String[]::new);
    var serving = Thread.ofPlatform().start(() -> server.run(line));
    try (var http = HttpClient.newHttpClient()) {
      await().atMost(Duration.ofMinutes(1)).until(() -> isThere.call() != 0);
      var health =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(health.statusCode()).isEqualTo(200);
    } finally {
      serving.interrupt();
      serving.join();
    }
  }

  @Effect({"serve --host", "serve --port"})
  @Test
  void host_and_port_set_the_listen_address() throws Exception {
    try (var taken = new ServerSocket(0)) {
      var port = Integer.toString(taken.getLocalPort());

      assertThat(commands.run("serve", "--port", port).err())
          .startsWith("Cannot listen on 127.0.0.1:" + port);
      // an address that no machine has
      assertThat(commands.run("serve", "--host", "192.0.2.1", "--port", port).err())
          .startsWith("Cannot listen on 192.0.2.1:" + port);
    }
  }

  @Effect({
    "import chain --rpc-url",
    "import chain --network",
    "import chain --from",
    "import chain --to"
  })
  @Test
  void import_chain_reads_the_given_blocks_of_the_given_network() throws Exception {
    try (var stub = stub();
        var fresh = new RealTables()) {
      var here =
          new Commands(
              Map.of(
                  "EVENTS_DB_URL", fresh.tables().eventsUrl().withPassword(),
                  "ANALYTICS_DB_URL", fresh.tables().stateUrl().withPassword()));
      String[] chain = {
        "import", "chain", "--rpc-url", stub.url(), "--network", network().toString()
      };

      var first = here.run(with(chain, "--to", "10"));
      assertThat(first.out()).contains("local: blocks 0 to 10");
      assertThat(first.err())
          .contains("chain: 11 of 11 blocks, 100.0 %, 0 logs, 0 logs/s, 0 s left");
      assertThat(here.run("import", "chain", "--rpc-url", stub.url()).err())
          .contains("31337")
          .contains("mainnet");
      assertThat(here.run(with(chain, "--from", "3", "--to", "5")).out())
          .contains("local: blocks 3 to 5");
      assertThat(here.run(with(chain, "--from", "20")).err())
          .contains("Blocks 11 to 19 are not read yet");
    }
  }

  @Effect({"serve --rpc-url", "serve --network"})
  @Test
  void serve_rejects_a_node_of_another_chain_and_an_unknown_network() throws Exception {
    try (var stub = stub()) {
      var port = Integer.toString(freePort());

      assertThat(commands.run("serve", "--port", port, "--rpc-url", stub.url()).err())
          .contains("31337");
      assertThat(
              commands
                  .run("serve", "--port", port, "--rpc-url", stub.url(), "--network", "nowhere")
                  .err())
          .contains("nowhere is neither a network");
    }
  }

  private static ProviderStub stub() {
    var chain = new StubChain();
    for (var block = 0; block < 40; block++) {
      chain.mine("a", List.of());
    }
    return new ProviderStub(chain.tags(35, 30));
  }

  private Path network() throws IOException {
    return Files.writeString(
        own.resolve("network.yml"),
        """
        name: local
        chainId: 31337
        firstBlock: 0
        slotSeconds: 12
        withdrawalDelayBlocks: 40
        deallocationDelayBlocks: 40
        allocationConfigurationDelayBlocks: 15
        contracts:
          DelegationManager: "0x0000000000000000000000000000000000000001"
          StrategyManager: "0x0000000000000000000000000000000000000002"
          AllocationManager: "0x0000000000000000000000000000000000000003"
          EigenPodManager: "0x0000000000000000000000000000000000000004"
          RewardsCoordinator: "0x0000000000000000000000000000000000000005"
          AVSDirectory: "0x0000000000000000000000000000000000000006"
          StrategyFactory: "0x0000000000000000000000000000000000000007"
        """);
  }

  private static String[] with(String[] line, String... options) {
    return Stream.concat(Arrays.stream(line), Arrays.stream(options)).toArray(String[]::new);
  }

  @Effect("serve --demo")
  @Test
  void a_demo_is_loaded_into_an_embedded_database_only() throws Exception {
    var ran = commands.run("serve", "--demo", "--port", Integer.toString(freePort()));

    assertThat(ran.err()).startsWith("--demo fills an embedded events database");
  }

  @Effect({
    "import strategies --allow-rejects",
    "import prices --allow-rejects",
    "import rates --allow-rejects",
    "import metadata --allow-rejects",
    "import operators-metadata --allow-rejects"
  })
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "strategies | strategy,symbol,underlying_token,decimals | ADDRESS,a,,18 | 0x,a,,18",
        "prices | token,at,price_usd | ADDRESS,2020-01-22T00:00:00Z,5 |"
            + " ADDRESS,2020-01-23T00:00:00Z,-5",
        "rates | strategy,at,rate | ADDRESS,2020-01-22T00:00:00Z,5 |"
            + " ADDRESS,2020-02-30T00:00:00Z,5",
        "metadata | operator,name | ADDRESS,a | ,a",
        "operators-metadata | operator_id,name | 1,a | one,a"
      })
  void rejected_rows_fail_the_import_unless_allowed(
      String kind, String header, String good, String bad) throws IOException {
    var address = "0x00000000000000000000000000000000000000aa";
    var mixed = csv((header + "\n" + good + "\n" + bad).replace("ADDRESS", address)).toString();

    assertThat(commands.run("import", kind, mixed).exit()).isEqualTo(3);
    assertThat(commands.run("import", kind, mixed, "--allow-rejects").exit()).isZero();
  }

  @Test
  void an_import_fails_when_every_row_is_rejected() throws IOException {
    var address = "0x00000000000000000000000000000000000000aa";
    var wrong = csv("token,at,price_usd\n" + address + ",2020-01-23T00:00:00Z,-5\n").toString();

    var ran = commands.run("import", "prices", wrong, "--allow-rejects");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .contains(wrong + " line 2 field price_usd: negative; expected 0 or more: -5")
        .contains("Nothing was imported: every line was rejected (1)");
  }

  @Effect("import events --allow-rejects")
  @Test
  void rejected_logs_fail_the_import_unless_allowed() throws IOException {
    var log =
        "{\"event\":\"StakerDelegated\",\"tx_hash\":\"0x%s\",\"log_index\":1,\"block_number\":7,\"block_time\":%s,\"data\":{\"staker\":\"%s\",\"operator\":\"%s\"}}";
    var address = "0x00000000000000000000000000000000000000aa";
    var mixed =
        Files.writeString(
            own.resolve("logs.jsonl"),
            "\uFEFF"
                + log.formatted("1".repeat(64), "1686312347", address, address)
                + "\r\n"
                + log.formatted("2".repeat(64), "\"2026-02-30 00:00:00\"", address, address));
    var embedded = new Commands(Map.of());
    var data = own.resolve("data").toString();

    var refused = embedded.run("import", "events", mixed.toString(), "--data-dir", data);
    var allowed =
        embedded.run("import", "events", mixed.toString(), "--data-dir", data, "--allow-rejects");

    assertThat(refused.out()).contains("inserted=1 present=0 removed=0 deleted=0 rejected=1");
    assertThat(refused.err()).contains("line 2 field block_time: not a time: 2026-02-30");
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(allowed.exit()).isZero();
  }

  @Effect({
    "import epochs --allow-rejects",
    "import epochs --reparse",
    "export documents --from",
    "export documents --to"
  })
  @Test
  void epochs_are_imported_reparsed_and_exported() throws IOException {
    var wrong = Files.writeString(own.resolve("epochs.jsonl"), "{\"epoch\":1}\n{\"epoch\":\n");

    assertThat(commands.run("import", "epochs", files.epochs().toString()).exit()).isZero();
    assertThat(commands.run("import", "epochs", wrong.toString()).exit()).isNotZero();
    assertThat(commands.run("import", "epochs", wrong.toString(), "--allow-rejects").exit())
        .isZero();
    assertThat(commands.run("import", "epochs", "--reparse", "--allow-rejects").out())
        .startsWith("stored documents: documents=");

    var all = commands.run("export", "documents").out().lines().toList();
    var epoch = epochOf(all.getLast());
    assertThat(commands.run("export", "documents", "--from", epoch).out().lines())
        .containsExactly(all.getLast());
    assertThat(commands.run("export", "documents", "--to", epochOf(all.getFirst())).out().lines())
        .containsExactly(all.getFirst());
  }

  private static String epochOf(String row) {
    return row.replaceFirst(".*?\"epoch\":\"?([0-9]+).*", "$1");
  }

  @Effect({"run state-update --full", "run state-update --json"})
  @Test
  void a_full_update_rebuilds_every_operator() throws IOException {
    var operators = tables.rows("select count(*) from operators").getFirst().getFirst();

    var full = commands.run("run", "state-update", "--full", "--json").json();
    var brief = commands.run("run", "state-update", "--json").json();

    assertThat(full.get("operators").getNumberValue()).hasToString(operators);
    assertThat(brief.get("outcome").getStringValue()).isEqualTo("DONE");
  }

  @Effect({
    "run snapshots --date",
    "run snapshots --json",
    "run analytics --date",
    "run analytics --json"
  })
  @Test
  void date_sets_the_computed_day() throws IOException {
    for (var job : List.of("snapshots", "analytics")) {
      var ran = commands.run("run", job, "--date", "2026-01-10", "--json").json();

      assertThat(ran.get("outcome").getStringValue()).isEqualTo("DONE");
      assertThat(ran.get("days").getIntValue()).isEqualTo(1);
    }
    assertThat(
            tables.rows(
                """
                select stage from pipeline_partitions
                where partition_date = '2026-01-10' and status = 'DONE'
                order by stage
                """))
        .containsExactly(List.of("analytics"), List.of("snapshot"));
  }

  @Effect({
    "backfill snapshots --from",
    "backfill snapshots --to",
    "backfill snapshots --reprocess",
    "backfill snapshots --dry-run",
    "backfill snapshots --json",
    "backfill analytics --from",
    "backfill analytics --to",
    "backfill analytics --reprocess",
    "backfill analytics --dry-run",
    "backfill analytics --json"
  })
  @Test
  void a_backfill_computes_the_days_of_its_range() throws IOException {
    for (var job : List.of("snapshots", "analytics")) {
      assertThat(planned(job)).isEqualTo(List.of(FROM, TO));
      assertThat(planned(job)).as("a dry run computes nothing").isEqualTo(List.of(FROM, TO));
      assertThat(commands.run("backfill", job, "--from", FROM, "--to", TO).out())
          .contains(" days=2 ")
          .contains("%s from %s to %s: done=2 ".formatted(job, FROM, TO));
      assertThat(planned(job)).isEmpty();
      assertThat(planned(job, "--reprocess", "all")).isEqualTo(List.of(FROM, TO));
    }
  }

  private static List<String> planned(String job, String... more) throws IOException {
    var line =
        Stream.concat(
                Stream.of("backfill", job, "--from", FROM, "--to", TO, "--dry-run", "--json"),
                Arrays.stream(more))
            .toArray(String[]::new);
    var days = commands.run(line).json().get("days");
    var all = new ArrayList<String>();
    // an empty list may be left out
    for (var i = 0; days != null && i < days.size(); i++) {
      all.add(days.get(i).getStringValue());
    }
    return all;
  }

  @Effect({"checks run --json", "status --json", "status --show-passwords"})
  @Test
  void json_prints_json_and_passwords_are_shown_only_on_request() throws IOException {
    var password = tables.tables().stateUrl().password();

    assertThat(commands.run("checks", "run", "--json").json().isArray()).isTrue();
    var facts = commands.run("status", "--json");
    assertThat(facts.json().get("isFilling").getStringValue()).isEqualTo("false");
    assertThat(facts.out()).doesNotContain(":" + password + "@");
    assertThat(commands.run("status", "--show-passwords").out()).contains(":" + password + "@");
  }

  @Effect({"rewards verify --root", "rewards verify --json", "import rewards --allow-rejects"})
  @Test
  void the_tree_of_computed_rewards_is_compared_with_a_root_and_with_published_amounts()
      throws Exception {
    var earner = "0x00000000000000000000000000000000000000aa";
    var token = "0x00000000000000000000000000000000000000bb";
    var tree = new ClaimTree();
    tree.put(new Address(earner), new Address(token), BigInteger.valueOf(300));
    tables.execute(
        """
        insert into distribution_roots (
            root_index, root, until_date, submitted_block, submitted_at, activates_at, updated_at, updated_at_block
        )
        values (900, '%s', '2020-01-10', 1, now(), now(), now(), 1), (901, '%s', '2020-01-09', 1, now(), now(), now(), 1)
        """
            .formatted(tree.root(), tree.root()));
    tables.execute(
        """
        insert into earner_days values
            ('2020-01-08', '%1$s', '{%2$s}', '{100}'), ('2020-01-09', '%1$s', '{%2$s}', '{200}'),
            ('2020-01-10', '%1$s', '{%2$s}', '{5}')
        """
            .formatted(earner, token));
    var line =
        "{\"earner\": \"%s\", \"token\": \"%s\", \"snapshot\": \"2020-01-09\","
            + " \"cumulative_amount\": \"%s\"}\n";
    var mixed =
        csv(line.formatted(earner, token, "101") + line.formatted("0x", token, "7")).toString();

    var equal = commands.run("rewards", "verify", "--root", "900", "--json");
    var different = commands.run("rewards", "verify", "--root", "901");
    var refused = commands.run("import", "rewards", mixed);
    var allowed = commands.run("import", "rewards", mixed, "--allow-rejects");
    var named = commands.run("rewards", "verify", "--root", "901");
    tables.execute("update published_rewards set cumulative_amount = 100");
    var otherTree = commands.run("rewards", "verify", "--root", "901");
    tables.execute("delete from published_rewards");
    tables.execute("insert into earner_summed_months values ('2020-01-01', '2020-01-11')");
    var summed = commands.run("rewards", "verify", "--root", "901", "--json");
    tables.execute("delete from earner_summed_months where month = '2020-01-01'");
    tables.execute("delete from earner_days where snapshot_date < '2020-02-01'");
    tables.execute("delete from distribution_roots where root_index >= 900");

    assertThat(equal.exit()).isZero();
    assertThat(equal.json().get("isEqual").getBooleanValue()).isTrue();
    assertThat(different.exit()).isEqualTo(1);
    assertThat(different.out()).contains("DIFFERENT").contains("import rewards FILE");
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(refused.err()).contains("line 2 field earner: not an address");
    assertThat(allowed.exit()).isZero();
    assertThat(named.out())
        .contains(
            "first difference: earner %s token %s: computed 100, published 101"
                .formatted(earner, token));
    assertThat(otherTree.out())
        .contains(
            "the published amounts equal the computed ones, so the root was built from others");
    assertThat(summed.json().get("hint").getStringValue())
        .startsWith("days before 2020-01-11 are summed already")
        .contains("backfill analytics --from 2020-01-01 --to 2020-01-10");
    assertThat(commands.run("rewards", "verify", "--root", "900").err())
        .contains("there is no root 900");
  }

  @Effect({"sql --events", "sql -c", "sql --csv"})
  @Test
  void sql_runs_on_the_selected_database() {
    assertThat(commands.run("sql", "-c", "select 1 as one, 'a,b' as two", "--csv").out())
        .isEqualToNormalizingNewlines("one,two\n1,\"a,b\"\n");
    assertThat(commands.run("sql", "-c", "select current_database()").out())
        .contains(tables.tables().stateUrl().database());
    assertThat(commands.run("sql", "--events", "-c", "select current_database()").out())
        .contains(tables.tables().eventsUrl().database());
  }

  @Effect({
    "demo generate --operators",
    "demo generate --delegators",
    "demo generate --days",
    "demo generate --epochs",
    "demo generate --domain-operators",
    "demo generate --seed",
    "demo generate --end"
  })
  @Test
  void each_option_of_the_demo_changes_the_files() throws IOException {
    var base =
        Map.of(
            "--operators", "3",
            "--delegators", "400",
            "--days", "31",
            "--epochs", "3",
            "--domain-operators", "2",
            "--seed", "7",
            "--end", END.toString());
    assertThat(generated(base)).isEqualTo(contents(directory.resolve("demo")));
    var others =
        Map.of(
            "--operators", "4",
            "--delegators", "500",
            "--days", "32",
            "--epochs", "4",
            "--domain-operators", "3",
            "--seed", "8",
            "--end", "2026-01-21T12:00:00Z");
    for (var option : base.keySet()) {
      var changed = new HashMap<>(base);
      changed.put(option, others.get(option));
      assertThat(generated(changed)).as(option).isNotEqualTo(contents(directory.resolve("demo")));
    }
  }

  private Map<String, Integer> generated(Map<String, String> options) throws IOException {
    var into = own.resolve("demo-" + options.hashCode());
    var line = new ArrayList<>(List.of("demo", "generate", into.toString()));
    options.forEach((name, value) -> line.addAll(List.of(name, value)));
    assertThat(commands.run(line.toArray(String[]::new)).exit()).isZero();
    return contents(into);
  }

  private static Map<String, Integer> contents(Path directory) throws IOException {
    var all = new TreeMap<String, Integer>();
    try (var paths = Files.walk(directory)) {
      for (var path : paths.filter(Files::isRegularFile).toList()) {
        all.put(directory.relativize(path).toString(), Arrays.hashCode(Files.readAllBytes(path)));
      }
    }
    return all;
  }

  private Path csv(String text) throws IOException {
    return Files.writeString(
        own.resolve("file-" + Integer.toHexString(text.hashCode()) + ".csv"), text);
  }

  private Path backupOfNothing() throws IOException {
    var file = own.resolve("nothing.zip");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (var name : List.of("analytics", "events")) {
        zip.putNextEntry(new ZipEntry(name + "/schema-version"));
        zip.write("1".getBytes(UTF_8));
      }
    }
    return file;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Stream<CommandLine> commands(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().distinct().flatMap(OptionsTest::commands));
  }

  private static String nameOf(CommandLine command) {
    return command.getCommandSpec().qualifiedName().replaceFirst("operator-analytics ?", "");
  }
}
