package dev.operatoranalytics.cli;

import dev.operatoranalytics.epochs.StoredDocuments;
import java.io.BufferedOutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code export documents} */
@Command(
    name = "export",
    description = "Export imported data.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "documents",
    subcommands = ExportCommand.DocumentsCommand.class)
final class ExportCommand {

  /** {@code export documents [--from EPOCH] [--to EPOCH]} */
  @Command(
      name = "documents",
      description = "Write the documents of epochs to standard output, one JSON row per line.",
      mixinStandardHelpOptions = true)
  static final class DocumentsCommand implements Callable<Integer> {
    private static final int DOCUMENTS_PER_READ = 20;

    @Mixin private SessionOptions options = new SessionOptions();

    @Option(names = "--from", paramLabel = "EPOCH", description = "first epoch")
    private int from;

    @Option(names = "--to", paramLabel = "EPOCH", description = "last epoch")
    private int to = Integer.MAX_VALUE;

    @Override
    public Integer call() throws Exception {
      try (var databases = options.current();
          var state = databases.analytics().connect()) {
        var out = new BufferedOutputStream(System.out);
        var documents = new StoredDocuments(state);
        var epochs =
            documents.epochs().stream().filter(epoch -> epoch >= from && epoch <= to).toList();
        for (var first = 0; first < epochs.size(); first += DOCUMENTS_PER_READ) {
          for (var row :
              documents.rows(
                  epochs.subList(first, Math.min(first + DOCUMENTS_PER_READ, epochs.size())))) {
            out.write(row);
            out.write('\n');
          }
        }
        out.flush();
      }
      return OperatorAnalytics.DONE;
    }
  }
}
