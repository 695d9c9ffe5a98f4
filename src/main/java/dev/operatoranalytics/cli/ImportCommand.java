package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.node.ChainFollower;
import dev.operatoranalytics.node.ChainReading;
import dev.operatoranalytics.node.ChainSettings;
import dev.operatoranalytics.node.NodeFailure;
import dev.operatoranalytics.node.WrongChain;
import dev.operatoranalytics.source.CsvImport;
import dev.operatoranalytics.source.EventImport;
import dev.operatoranalytics.source.LineReader;
import dev.operatoranalytics.source.RejectLog;
import dev.operatoranalytics.source.RewardsImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code import chain|events|strategies|prices|rates|metadata|operators-metadata|epochs|rewards
 * SOURCE…}
 */
@Command(
    name = "import",
    description = "Import events, quotes, names or epochs.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "KIND",
    subcommands = {
      ImportCommand.ImportChainCommand.class,
      ImportCommand.ImportEventsCommand.class,
      ImportCommand.ImportStrategiesCommand.class,
      ImportCommand.ImportPricesCommand.class,
      ImportCommand.ImportRatesCommand.class,
      ImportCommand.ImportMetadataCommand.class,
      ImportCommand.ImportOperatorsMetadataCommand.class,
      ImportCommand.ImportEpochsCommand.class,
      ImportCommand.ImportRewardsCommand.class
    })
final class ImportCommand {
  private static final String DATA_DIR = "  OPERATOR_ANALYTICS_DATA_DIR  default of --data-dir";
  private static final String ANALYTICS_URL =
      "  ANALYTICS_DB_URL             database of the tables (default: embedded)";

  /** The option of every kind of import for rejected input. */
  static class RejectOptions {
    @Option(
        names = "--allow-rejects",
        description = "exit with 0 even when some lines were rejected")
    private boolean allowRejects;

    /**
     * @param imported number of lines that were read and not rejected
     */
    int exitCode(long imported, long rejected) {
      if (rejected == 0) {
        return OperatorAnalytics.DONE;
      }
      if (imported == 0) {
        throw new CommandFailed(
            "Nothing was imported: every line was rejected (%,d)".formatted(rejected));
      }
      return allowRejects ? OperatorAnalytics.DONE : OperatorAnalytics.REJECTS;
    }
  }

  /** Checks the start of a file. Pipes are not checked: that would lose their first line. */
  private interface FileCheck {
    void run(Path file) throws IOException;
  }

  private static void check(List<Path> files, FileCheck check) throws IOException {
    for (var file : files) {
      if (!Files.exists(file) || Files.isDirectory(file) || Files.isRegularFile(file)) {
        check.run(file);
      }
    }
  }

  /** {@code import chain [--from BLOCK --to BLOCK]} */
  @Command(
      name = "chain",
      description = "Read the history of the protocol's contracts from an Ethereum node.",
      mixinStandardHelpOptions = true,
      footerHeading = "%n",
      footer = {
        "Continues where the last import stopped, and ends at the finalised block; serve --rpc-url",
        "follows the chain after that. --from reads blocks again that were read before, and adds",
        "their missing logs.",
        "",
        "Example:",
        "  CHAIN_RPC_URL=https://node.example/KEY ./operator-analytics import chain",
        "  ./operator-analytics run state-update",
        "",
        "Environment:",
        "  CHAIN_RPC_URL                URL of the node, or several separated by commas",
        "  CHAIN_NETWORK                name of the network, or the YAML file that describes it",
        "  EVENTS_DB_URL                database that prepare-events made, instead of the embedded"
            + " one",
        ANALYTICS_URL,
        DATA_DIR
      })
  static final class ImportChainCommand implements Callable<Integer> {
    @Mixin private SessionOptions session = new SessionOptions();

    @Mixin private ChainOptions chain = new ChainOptions();

    @Option(names = "--from", paramLabel = "BLOCK", description = "first block to read")
    private @Nullable Long from;

    @Option(
        names = "--to",
        paramLabel = "BLOCK",
        description = "last block to read (default: the finalised one)")
    private @Nullable Long to;

    @Override
    public Integer call() throws Exception {
      var environment = session.environment();
      var properties = chain.properties(environment);
      if (properties.isEmpty()) {
        throw new CommandFailed("Name a node: --rpc-url URL, or CHAIN_RPC_URL");
      }
      session.rejectExternalEvents();
      var network = chain.network(environment);
      var start = System.nanoTime();
      var history = read(properties, network);
      var seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%s: blocks %d to %d: logs=%d requests=%d in %.1f s, %.0f logs/s%n",
          network.name(),
          history.firstBlock(),
          history.lastBlock(),
          history.logs(),
          history.requests(),
          seconds,
          history.logs() / Math.max(seconds, 0.001));
      return OperatorAnalytics.DONE;
    }

    private ChainReading.History read(Map<String, Object> properties, Network network)
        throws SQLException {
      try (var opened = session.open(properties);
          var shown = new ChainProgressLine()) {
        return opened
            .bean(GracefulShutdown.class)
            .call("stopped; the next import goes on from here", () -> read(opened, network, shown));
      } catch (NodeFailure | WrongChain e) {
        throw new CommandFailed(String.valueOf(e.getMessage()));
      }
    }

    private ChainReading.History read(Session opened, Network network, ChainProgressLine shown)
        throws SQLException {
      try (var lock = opened.state()) {
        lock.setAutoCommit(false);
        if (!AdvisoryLock.tryAcquire(lock, ChainFollower.LOCK)) {
          throw new CommandFailed("Another process reads the chain at this moment");
        }
        var settings = opened.bean(ChainSettings.class);
        try (var reading =
            new ChainReading(
                settings,
                network,
                opened.databases().events(),
                opened.databases().analytics(),
                Clock.systemUTC(),
                from)) {
          if (from != null && from > reading.readTo() + 1) {
            throw new CommandFailed(
                "Blocks %d to %d are not read yet: begin with block %d"
                    .formatted(reading.readTo() + 1, from - 1, reading.readTo() + 1));
          }
          if (from != null && from <= reading.readTo()) {
            var last = to == null ? reading.readTo() : to;
            return reading.readAgain(from, last, shown);
          }
          return reading.readHistory(to, shown);
        }
      }
    }
  }

  /** {@code import events FILE…} */
  @Command(
      name = "events",
      description = "Import decoded logs of the protocol's contracts.",
      mixinStandardHelpOptions = true,
      footerHeading = "%n",
      footer = {
        "A file holds one JSON object per line, in UTF-8, optionally gzip-compressed;",
        "/dev/stdin is read, too. An object has the fields",
        "  event         name of the event, such as OperatorSharesIncreased",
        "  tx_hash       hash of the transaction, 0x and 64 hex digits",
        "  log_index     index of the log in its block",
        "  block_number  number of the block",
        "  block_time    Unix seconds, or a time such as 2026-01-22T12:00:00Z",
        "  contract      address of the contract; optional",
        "  data          the event's arguments, by their names in the contract's ABI",
        "docs/data-model.md lists the events and their arguments.",
        "",
        "Example:",
        "  {\"event\": \"StakerDelegated\", \"tx_hash\":"
            + " \"0x1111111111111111111111111111111111111111111111111111111111111111\",",
        "   \"log_index\": 3, \"block_number\": 17445600, \"block_time\": 1686312347, \"data\": {",
        "   \"staker\": \"0x2222222222222222222222222222222222222222\",",
        "   \"operator\": \"0x3333333333333333333333333333333333333333\"}}   (on one line)",
        "  ./operator-analytics import events LOGS.jsonl.gz",
        "  ./operator-analytics run state-update",
        "",
        "Environment:",
        "  EVENTS_DB_URL                database that prepare-events made, instead of the embedded"
            + " one",
        ANALYTICS_URL,
        DATA_DIR
      })
  static final class ImportEventsCommand implements Callable<Integer> {
    @Mixin private SessionOptions session = new SessionOptions();

    @Mixin private RejectOptions options = new RejectOptions();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "decoded logs as JSON lines")
    private List<Path> files = List.of();

    @Override
    public Integer call() throws Exception {
      check(files, EventImport::check);
      session.rejectExternalEvents();
      var all = EventImport.EventImportResult.NOTHING;
      try (var opened = session.open();
          var state = opened.state()) {
        var imports =
            new EventImport(
                opened.databases().events(),
                state,
                new RejectLog(state, System.err::println),
                Clock.systemUTC());
        for (var file : files) {
          var start = System.nanoTime();
          var result = run(imports, file);
          report(file, result, (System.nanoTime() - start) / 1e9);
          all = all.plus(result);
        }
      }
      return options.exitCode(all.lines() - all.rejected(), all.rejected());
    }

    private static EventImport.EventImportResult run(EventImport imports, Path file)
        throws Exception {
      var size = Math.max(1, LineReader.size(file));
      try (var progress = new ProgressLine("import " + file.getFileName(), "lines")) {
        return imports.run(file, (lines, bytes) -> progress.update(lines, (double) bytes / size));
      }
    }

    private static void report(Path file, EventImport.EventImportResult result, double seconds) {
      System.out.printf(
          Locale.ROOT,
          "%s: lines=%d inserted=%d present=%d removed=%d deleted=%d rejected=%d took=%.1fs"
              + " rate=%.0f/s%n",
          file,
          result.lines(),
          result.inserted(),
          result.present(),
          result.removed(),
          result.deleted(),
          result.rejected(),
          seconds,
          result.lines() / Math.max(seconds, 0.001));
      result
          .withoutEffect()
          .forEach(
              (event, count) ->
                  System.out.printf(
                      "  %d lines of event %s without effect on operators%n", count, event));
      result
          .unknown()
          .forEach(
              (event, count) ->
                  System.out.printf("  %d lines of unknown event %s skipped%n", count, event));
    }
  }

  /** Imports CSV files of one kind. */
  abstract static class ImportCsvCommand implements Callable<Integer> {
    private final CsvImport.CsvKind kind;

    @Mixin private SessionOptions session = new SessionOptions();

    @Mixin private RejectOptions options = new RejectOptions();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "CSV in UTF-8, .gz too")
    private List<Path> files = List.of();

    ImportCsvCommand(CsvImport.CsvKind kind) {
      this.kind = kind;
    }

    @Override
    public Integer call() throws Exception {
      check(files, file -> CsvImport.check(kind, file));
      var imported = 0L;
      var rejected = 0L;
      try (var opened = session.open();
          var state = opened.state()) {
        var imports =
            new CsvImport(state, new RejectLog(state, System.err::println), Clock.systemUTC());
        for (var file : files) {
          var result = imports.run(kind, file);
          System.out.printf(
              "%s: rows=%d taken=%d unchanged=%d rejected=%d%n",
              file, result.rows(), result.taken(), result.unchanged(), result.rejected());
          imported += result.rows() - result.rejected();
          rejected += result.rejected();
        }
      }
      return options.exitCode(imported, rejected);
    }
  }

  /** {@code import rewards FILE…} */
  @Command(
      name = "rewards",
      description = "Import the published amounts of claim trees.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nMembers of each JSON line:%n",
      footer = {
        "  earner             address of the operator, staker or AVS",
        "  token              address of the token",
        "  snapshot           first UTC day that the amount does not include, such as 2026-01-22",
        "  cumulative_amount  base units of the token",
        "",
        "Example:",
        "  ./operator-analytics import rewards claim-amounts.json",
        "",
        "Environment:",
        ANALYTICS_URL,
        DATA_DIR
      })
  static final class ImportRewardsCommand implements Callable<Integer> {
    @Mixin private SessionOptions session = new SessionOptions();

    @Mixin private RejectOptions options = new RejectOptions();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "JSON lines in UTF-8, .gz too")
    private List<Path> files = List.of();

    @Override
    public Integer call() throws Exception {
      var imported = 0L;
      var rejected = 0L;
      try (var opened = session.open();
          var state = opened.state()) {
        var imports = new RewardsImport(state, new RejectLog(state, System.err::println));
        for (var file : files) {
          var result = imports.run(file);
          System.out.printf(
              "%s: rows=%d taken=%d rejected=%d%n",
              file, result.rows(), result.taken(), result.rejected());
          imported += result.rows() - result.rejected();
          rejected += result.rejected();
        }
      }
      return options.exitCode(imported, rejected);
    }
  }

  /** {@code import strategies FILE…} */
  @Command(
      name = "strategies",
      description = "Import the tokens of strategies and their decimals.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nColumns of the CSV file, named in its first line:%n",
      footer = {
        "  strategy          address of the strategy",
        "  symbol            symbol of its token; may be empty",
        "  underlying_token  address of its token; may be empty",
        "  decimals          decimals of its token, 0 to 77; may be empty",
        "  category          free text; the column is optional",
        "",
        "Example:",
        "  strategy,symbol,underlying_token,decimals,category",
        "  0x93c4b944d05dfe6df7645a86cd2206016c51564d,stETH,0xae7ab96520de3a18e5e111b5eaab095312d7fe84,18,LST",
        "  ./operator-analytics import strategies STRATEGIES.csv",
        "",
        "Environment:",
        ANALYTICS_URL,
        DATA_DIR
      })
  static final class ImportStrategiesCommand extends ImportCsvCommand {
    ImportStrategiesCommand() {
      super(CsvImport.CsvKind.STRATEGIES);
    }
  }

  /** {@code import prices FILE…} */
  @Command(
      name = "prices",
      description = "Import prices of tokens in US dollars.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nColumns of the CSV file, named in its first line:%n",
      footer = {
        "  token      address of the token",
        "  at         instant of the price, such as 2026-01-22T00:00:00Z",
        "  price_usd  US dollars per token, 0 or more, such as 3120.55",
        "",
        "Example:",
        "  token,at,price_usd",
        "  0xae7ab96520de3a18e5e111b5eaab095312d7fe84,2026-01-22T00:00:00Z,3120.55",
        "  ./operator-analytics import prices PRICES.csv",
        "",
        "Environment:",
        ANALYTICS_URL,
        DATA_DIR
      })
  static final class ImportPricesCommand extends ImportCsvCommand {
    ImportPricesCommand() {
      super(CsvImport.CsvKind.PRICES);
    }
  }

  /** {@code import rates FILE…} */
  @Command(
      name = "rates",
      description = "Import exchange rates: tokens per share of a strategy.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nColumns of the CSV file, named in its first line:%n",
      footer = {
        "  strategy  address of the strategy",
        "  at        instant of the rate, such as 2026-01-22T00:00:00Z",
        "  rate      tokens per share times 10^18: 1000000000000000000 is one",
        "",
        "Example:",
        "  strategy,at,rate",
        "  0x93c4b944d05dfe6df7645a86cd2206016c51564d,2026-01-22T00:00:00Z,1043000000000000000",
        "  ./operator-analytics import rates RATES.csv",
        "",
        "Environment:",
        ANALYTICS_URL,
        DATA_DIR
      })
  static final class ImportRatesCommand extends ImportCsvCommand {
    ImportRatesCommand() {
      super(CsvImport.CsvKind.RATES);
    }
  }

  /** {@code import metadata FILE…} */
  @Command(
      name = "metadata",
      description = "Import names and descriptions of operators and AVSs.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nColumns of the CSV file, named in its first line:%n",
      footer = {
        "  operator     address of the operator; empty on the line of an AVS",
        "  avs          address of the AVS; empty on the line of an operator",
        "  name         may be empty",
        "  description  free text; this column and those below are optional",
        "  website      URL",
        "  logo         URL of a picture",
        "  twitter      URL or name",
        "",
        "Example:",
        "  operator,avs,name,website",
        "  0x3333333333333333333333333333333333333333,,Example Staking,https://staking.example",
        "  ./operator-analytics import metadata NAMES.csv",
        "",
        "Environment:",
        ANALYTICS_URL,
        DATA_DIR
      })
  static final class ImportMetadataCommand extends ImportCsvCommand {
    ImportMetadataCommand() {
      super(CsvImport.CsvKind.METADATA);
    }
  }

  /** {@code import operators-metadata FILE…} */
  @Command(
      name = "operators-metadata",
      description = "Import names and colors of a domain's operators.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nColumns of the CSV file, named in its first line:%n",
      footer = {
        "  operator_id  number of the operator in its domain, 0 or more",
        "  name         this column and those below are optional and may be empty",
        "  color        such as #3366cc",
        "  metadata     a JSON object, with its quotes doubled",
        "",
        "Example:",
        "  operator_id,name,color,metadata",
        "  7,Example Farm,#3366cc,\"{\"\"country\"\": \"\"CH\"\"}\"",
        "  ./operator-analytics import operators-metadata NAMES.csv",
        "",
        "Environment:",
        ANALYTICS_URL,
        DATA_DIR
      })
  static final class ImportOperatorsMetadataCommand extends ImportCsvCommand {
    ImportOperatorsMetadataCommand() {
      super(CsvImport.CsvKind.OPERATORS_METADATA);
    }
  }

  /** {@code import epochs SOURCE…} and {@code import epochs --reparse} */
  @Command(
      name = "epochs",
      description = "Import documents of a domain's epochs, with share prices and stakes.",
      mixinStandardHelpOptions = true,
      footerHeading = "%n",
      footer = {
        "A source is a file of documents (one JSON object per line, one document, or an",
        "array of documents; optionally gzip-compressed), a SQLite file, or the URL of a",
        "PostgreSQL database. A database has a table `epochs` with the columns",
        "  epoch      number of the epoch",
        "  end_block  last block of the epoch; may be null",
        "  end_hash   hash of that block; may be null",
        "  timestamp  when it ended; may be null",
        "  data       the document",
        "A file may also hold such rows as JSON objects.",
        "docs/epochs.md describes the document.",
        "",
        "Example:",
        "  ./operator-analytics import epochs DOCUMENTS.jsonl.gz",
        "  ./operator-analytics import epochs postgresql://user:password@host:5432/database",
        "  ./operator-analytics import epochs --reparse",
        "",
        "Environment:",
        "  EPOCHS_DOMAIN_ID             domain whose epochs are imported (default: 0)",
        ANALYTICS_URL,
        DATA_DIR
      })
  static final class ImportEpochsCommand implements Callable<Integer> {
    @Mixin private SessionOptions session = new SessionOptions();

    @Mixin private RejectOptions options = new RejectOptions();

    @Parameters(
        paramLabel = "SOURCE",
        arity = "0..*",
        description = "file of documents, SQLite file, or URL of a PostgreSQL database")
    private List<String> sources = List.of();

    @Option(names = "--reparse", description = "rebuild every table from the stored documents")
    private boolean reparse;

    @Override
    public Integer call() throws Exception {
      if (reparse != sources.isEmpty()) {
        throw new CommandFailed(
            "Name a source, as in: import epochs FILE; or rebuild the tables by --reparse without a"
                + " source");
      }
      var rejected = new EpochsImporter(session).run(sources, reparse);
      return options.exitCode(1, rejected);
    }
  }
}
