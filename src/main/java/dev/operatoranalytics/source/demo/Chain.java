package dev.operatoranalytics.source.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Simulates the chain: runs scheduled transactions in block order and writes the events that they
 * emit.
 */
final class Chain {
  static final String DELEGATION_MANAGER = "0x39053d51b77dc0d36036fc1fcc8cb819df8ef37a";
  static final String STRATEGY_MANAGER = "0x858646372cc42e1a627fce94aa7a7033e7cf075a";
  static final String EIGEN_POD_MANAGER = "0x91e677b07f7af907ec9a428aafa9fc14a0d3a338";
  static final String ALLOCATION_MANAGER = "0x948a420b8cc1d6bfd0b6087c2e7c344a2cd0bc39";
  static final String AVS_DIRECTORY = "0x135dda560e946695d6f155dacafc6f1f25c1f5af";
  static final String REWARDS_COORDINATOR = "0x7750d328b314effa365a0402ccfd489b80b0adda";
  static final String STRATEGY_FACTORY = "0x5e4c39ad7a3e881585e383db9827eb4811f6f647";
  static final long BLOCKS_PER_DAY = 7_200;

  /** The first block at which allocations to operator sets and slashes are possible. */
  static final long SLASHING_BLOCK = 22_218_956;

  private static final long ORIGIN_BLOCK = 19_492_759;
  private static final long ORIGIN_SECOND = 1_711_000_000;
  private static final long SECONDS_PER_BLOCK = 12;
  private static final DateTimeFormatter BLOCK_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private record Planned(long block, long order, Runnable transaction) {}

  private final PriorityQueue<Planned> plan =
      new PriorityQueue<>(
          Comparator.comparingLong(Planned::block).thenComparingLong(Planned::order));
  private final NavigableMap<Long, Runnable> observers = new TreeMap<>();
  private final Appendable log;
  private final long seed;
  private long planned;
  private long plannedLast;
  private long block;
  private long head;
  private int logIndex;
  private String transactionHash = "";

  Chain(Appendable log, long seed) {
    this.log = log;
    this.seed = seed;
  }

  /** The last block at or before {@code instant}. */
  static long blockAt(Instant instant) {
    long seconds = instant.getEpochSecond() - ORIGIN_SECOND;
    return ORIGIN_BLOCK + Math.floorDiv(seconds, SECONDS_PER_BLOCK);
  }

  long block() {
    return block;
  }

  /** The block of the last event so far. */
  long head() {
    return head;
  }

  String transactionHash() {
    return transactionHash;
  }

  Instant now() {
    return timeOf(block);
  }

  static Instant timeOf(long block) {
    return Instant.ofEpochSecond(ORIGIN_SECOND + (block - ORIGIN_BLOCK) * SECONDS_PER_BLOCK);
  }

  void schedule(long block, Runnable transaction) {
    plan.add(new Planned(block, planned++, transaction));
  }

  /**
   * Schedules a transaction behind all others of its block. It does not count among them: their
   * hashes stay the same.
   */
  void scheduleLast(long block, Runnable transaction) {
    plan.add(new Planned(block, Long.MAX_VALUE - ++plannedLast, transaction));
  }

  /** Runs an observer, which emits nothing, after the last transaction up to a block. */
  void observeAfter(long block, Runnable observer) {
    observers.put(block, observer);
  }

  private void observeBefore(long block) {
    while (!observers.isEmpty() && observers.firstKey() < block) {
      observers.pollFirstEntry().getValue().run();
    }
  }

  void scheduleAfter(long blocks, Runnable transaction) {
    schedule(block + blocks, transaction);
  }

  /** Runs scheduled transactions up to block {@code last} inclusive; drops later ones. */
  void runUntil(long last) {
    for (var next = plan.poll(); next != null && next.block <= last; next = plan.poll()) {
      observeBefore(next.block);
      if (next.block > block) {
        block = next.block;
        logIndex = 0;
      }
      transactionHash = DemoText.hash(seed, "transaction", next.order);
      next.transaction.run();
    }
    observeBefore(last + 1);
  }

  /**
   * Logs an event; its signature is as in the contract: {@code Name(argument,argument)}.
   *
   * @return its index in the block
   */
  int emit(String contract, String signature, Object... values) {
    var event = signature.substring(0, signature.indexOf('('));
    var arguments = signature.substring(event.length() + 1, signature.length() - 1);
    var line =
        DemoText.fields(
            "event,tx_hash,log_index,block_number,block_time,contract,data",
            event,
            transactionHash,
            logIndex++,
            block,
            BLOCK_TIME.format(now()),
            contract,
            DemoText.fields(arguments, values));
    try {
      log.append(DemoText.json(line)).append('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    head = block;
    return logIndex - 1;
  }
}
