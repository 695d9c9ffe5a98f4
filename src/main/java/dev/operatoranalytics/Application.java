package dev.operatoranalytics;

import dev.operatoranalytics.cli.OperatorAnalytics;

/** The entry point of the program; runs a command. */
public final class Application {

  public static void main(String[] arguments) {
    System.exit(OperatorAnalytics.run(arguments));
  }

  private Application() {}
}
