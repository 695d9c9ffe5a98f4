package dev.operatoranalytics.source.demo;

import java.nio.file.Path;

/**
 * The files that {@link DemoNetwork} writes: events of the chain, off-chain data and epochs of a
 * domain.
 *
 * @param expected folder of CSV files, one per table, with the expected rows after the import and a
 *     pipeline run
 */
public record DemoFiles(
    Path events,
    Path strategies,
    Path prices,
    Path rates,
    Path metadata,
    Path epochs,
    Path expected) {
  static DemoFiles in(Path directory) {
    return new DemoFiles(
        directory.resolve("events.jsonl.gz"),
        directory.resolve("strategies.csv"),
        directory.resolve("prices.csv"),
        directory.resolve("rates.csv"),
        directory.resolve("metadata.csv"),
        directory.resolve("epochs.jsonl.gz"),
        directory.resolve("expected"));
  }
}
