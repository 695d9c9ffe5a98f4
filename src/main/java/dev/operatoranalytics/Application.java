package dev.operatoranalytics;

import dev.operatoranalytics.cli.OperatorAnalytics;

/** Where the program starts: every way to use it is a command. */
public final class Application {

  public static void main(String[] arguments) {
    System.exit(OperatorAnalytics.run(arguments));
  }

  private Application() {}
}
