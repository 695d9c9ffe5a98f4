package dev.operatoranalytics.cli;

import picocli.CommandLine.IVersionProvider;

/** Reads the version from the manifest of the jar. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() {
    var version = VersionProvider.class.getPackage().getImplementationVersion();
    return new String[] {"operator-analytics " + (version == null ? "(unpacked)" : version)};
  }
}
