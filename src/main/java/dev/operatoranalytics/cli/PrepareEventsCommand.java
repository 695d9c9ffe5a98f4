package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.EmptyDatabase;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code prepare-events URL} */
@Command(
    name = "prepare-events",
    description =
        "Create the tables of the source contract in an empty database, for a loader to fill.",
    mixinStandardHelpOptions = true)
final class PrepareEventsCommand implements Callable<Integer> {

  @Parameters(paramLabel = "URL", description = "postgresql://user:password@host:5432/database")
  private String url = "";

  @Override
  public Integer call() throws Exception {
    var target = ConnectionUrl.parse("URL", url);
    EmptyDatabase.migrate(target, "events");
    System.out.println("Created the tables of the source contract in " + target);
    return OperatorAnalytics.DONE;
  }
}
