package dev.operatoranalytics.source.demo;

import java.nio.file.Path;

/**
 * Where {@link DemoNetwork} wrote the chain's events, the facts that are not on it and the epochs
 * of a domain.
 *
 * @param expected folder of what the tables hold when all is imported and the pipeline has run, a
 *     CSV file for each table
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
