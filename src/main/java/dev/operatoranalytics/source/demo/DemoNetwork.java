package dev.operatoranalytics.source.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;

/** Writes an invented restaking network: its events, and the facts that are not on the chain. */
public final class DemoNetwork {
  private DemoNetwork() {}

  /** Plays the days before {@code end}; the same size and end give the same bytes. */
  public static DemoFiles generate(DemoSize size, Instant end, Path directory) throws IOException {
    var files =
        new DemoFiles(
            directory.resolve("events.jsonl.gz"),
            directory.resolve("strategies.csv"),
            directory.resolve("prices.csv"),
            directory.resolve("rates.csv"),
            directory.resolve("metadata.csv"));
    var start = end.minus(Duration.ofDays(size.days()));
    Files.createDirectories(directory);
    new Market(size.seed(), start, end).write(files);
    try (var log = new GZIPOutputStream(Files.newOutputStream(files.events()));
        var lines = new BufferedWriter(new OutputStreamWriter(log, UTF_8))) {
      var story = new Story(new Chain(lines, size.seed()), size, start, end);
      story.play();
      Files.write(files.metadata(), story.metadata());
    }
    return files;
  }
}
