package dev.operatoranalytics.cli;

import picocli.CommandLine.IVersionProvider;

/** As the jar's manifest tells it. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() {
    var version = VersionProvider.class.getPackage().getImplementationVersion();
    return new String[] {"operator-analytics " + (version == null ? "(unpacked)" : version)};
  }
}
