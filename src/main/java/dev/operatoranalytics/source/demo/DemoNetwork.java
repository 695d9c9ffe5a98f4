package dev.operatoranalytics.source.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a simulated restaking network and a simulated domain, and the expected final state of
 * both.
 */
public final class DemoNetwork {
  private DemoNetwork() {}

  /** Simulates the days before {@code end}; the same size and end produce the same bytes. */
  public static DemoFiles generate(DemoSize size, Instant end, Path directory) throws IOException {
    var files = DemoFiles.in(directory);
    var start = end.minus(Duration.ofDays(size.days()));
    var expected = new ExpectedTables();
    Files.createDirectories(directory);
    new Market(size.seed(), start, end).write(files);
    // the two simulations are independent and run in parallel
    try (var documents = compressed(files.epochs());
        var log = compressed(files.events());
        var executor = Executors.newSingleThreadExecutor()) {
      var domain = executor.submit(new SimulatedDomain(documents, size, end, expected)::run);
      var network = new SimulatedNetwork(new Chain(log, size.seed()), size, start, end);
      network.run();
      network.addTo(expected);
      Files.write(files.metadata(), network.metadata());
      finish(domain);
    }
    expected.write(files.expected());
    return files;
  }

  private static void finish(Future<?> running) throws IOException {
    try {
      running.get();
    } catch (ExecutionException e) {
      throw new IOException("the demo's epochs cannot be written", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private static BufferedWriter compressed(Path file) throws IOException {
    return new BufferedWriter(
        new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), UTF_8));
  }
}
