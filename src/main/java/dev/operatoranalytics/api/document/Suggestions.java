package dev.operatoranalytics.api.document;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Suggests similar names. */
final class Suggestions {
  private static final int MAX_SUGGESTIONS = 3;
  private static final int MAX_LENGTH = 100;

  private record Candidate(String name, int distance) {}

  /** A sentence with the most similar names; empty when none is similar. */
  static String didYouMean(String given, Collection<String> names) {
    if (given.isEmpty() || given.length() > MAX_LENGTH) {
      return "";
    }
    var maxDistance = 1 + given.length() * 2 / 5;
    var similar =
        names.stream()
            .filter(name -> Math.abs(name.length() - given.length()) <= maxDistance)
            .map(name -> new Candidate(name, distance(given, name)))
            .filter(candidate -> candidate.distance() <= maxDistance)
            .sorted(Comparator.comparing(Candidate::distance).thenComparing(Candidate::name))
            .limit(MAX_SUGGESTIONS)
            .toList();
    if (similar.isEmpty()) {
      return "";
    }
    // names that are much less similar than the most similar one would only distract
    var best = similar.getFirst().distance();
    return similar.stream()
        .filter(candidate -> candidate.distance() <= best + 1)
        .map(candidate -> "'" + candidate.name() + "'")
        .collect(joining(" or ", ". Did you mean ", "?"));
  }

  /** Edit distance, ignoring case. */
  private static int distance(String one, String other) {
    var from = one.toLowerCase(Locale.ROOT);
    var to = other.toLowerCase(Locale.ROOT);
    var row = new int[to.length() + 1];
    for (var j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (var i = 1; i <= from.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (var j = 1; j < row.length; j++) {
        var replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }

  private Suggestions() {}
}
