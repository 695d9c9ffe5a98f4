package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.pipeline.Partitions.DayStatus;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The days that a run takes, and the status of days before it.
 *
 * @param waiting why other planned days cannot be taken now; null when all can
 * @param isRange whether the days are a requested range; otherwise they are the due days
 */
public record Plan(
    NavigableSet<LocalDate> days,
    Map<LocalDate, DayStatus> before,
    @Nullable DayResult waiting,
    boolean isRange) {

  /** The days that are taken again, in addition to missing and stale days. */
  public enum Reprocess {
    MISSING,
    FAILED,
    ALL;

    private boolean includes(LocalDate day, Map<LocalDate, DayStatus> statuses) {
      var status = statuses.get(day);
      if (status == null || status == DayStatus.STALE) {
        return true;
      }
      return switch (this) {
        case MISSING -> false;
        case FAILED -> status == DayStatus.FAILED;
        case ALL -> true;
      };
    }
  }

  /** Numbers of days of a range by status; the range includes both ends. */
  public record Coverage(
      LocalDate from, LocalDate to, long done, long stale, long failed, long missing) {

    static Coverage of(LocalDate from, LocalDate to, NavigableMap<LocalDate, DayStatus> statuses) {
      var stored = statuses.subMap(from, true, to, true).values();
      return new Coverage(
          from,
          to,
          Collections.frequency(stored, DayStatus.DONE),
          Collections.frequency(stored, DayStatus.STALE),
          Collections.frequency(stored, DayStatus.FAILED),
          from.datesUntil(to.plusDays(1)).count() - stored.size());
    }
  }

  /** The day after the last stored day, or the requested day when that is earlier. */
  static LocalDate begin(NavigableMap<LocalDate, DayStatus> statuses, LocalDate requested) {
    return statuses.isEmpty() || statuses.lastKey().plusDays(1).isAfter(requested)
        ? requested
        : statuses.lastKey().plusDays(1);
  }

  static Plan of(
      LocalDate from,
      LocalDate to,
      Reprocess reprocess,
      NavigableMap<LocalDate, DayStatus> statuses) {
    var days = new TreeSet<LocalDate>();
    for (var day = from; !day.isAfter(to); day = day.plusDays(1)) {
      if (reprocess.includes(day, statuses)) {
        days.add(day);
      }
    }
    return new Plan(days, new TreeMap<>(statuses), null, true);
  }

  /** A plan of due days: the days of this plan and the given ones. */
  Plan due(Collection<LocalDate> others) {
    var all = new TreeSet<>(days);
    all.addAll(others);
    return new Plan(all, before, waiting, false);
  }

  /** Leaves out days that cannot be taken now. */
  Plan without(Predicate<LocalDate> waits, Function<List<LocalDate>, DayResult> reason) {
    var excluded = days.stream().filter(waits).toList();
    if (excluded.isEmpty()) {
      return this;
    }
    var remaining = new TreeSet<>(days);
    remaining.removeAll(excluded);
    return new Plan(remaining, before, reason.apply(excluded), isRange);
  }

  LocalDate last() {
    return days.last();
  }

  /** Whether later days may have carried over earlier rows of this day. */
  boolean wasTaken(LocalDate day) {
    return before.get(day) == DayStatus.DONE || before.get(day) == DayStatus.FAILED;
  }

  /** Splits consecutive days into pieces, one per worker unless they would be too short. */
  List<List<LocalDate>> pieces(int workers, int minDays) {
    var ranges = new ArrayList<List<LocalDate>>();
    LocalDate previous = null;
    for (var day : days) {
      if (previous == null || !previous.plusDays(1).equals(day)) {
        ranges.add(new ArrayList<>());
      }
      ranges.getLast().add(day);
      previous = day;
    }
    var length = Math.max(minDays, (days.size() + workers - 1) / workers);
    var pieces = new ArrayList<List<LocalDate>>();
    for (var range : ranges) {
      for (var from = 0; from < range.size(); from += length) {
        pieces.add(range.subList(from, Math.min(range.size(), from + length)));
      }
    }
    return pieces;
  }
}
