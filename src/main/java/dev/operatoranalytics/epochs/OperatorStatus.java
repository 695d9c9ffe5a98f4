package dev.operatoranalytics.epochs;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The status of an operator on the chain, in the spelling of the codec's JSON, such as {@code
 * pendingSlash}. Other encoders write {@code PendingSlash} or {@code PENDING_SLASH}.
 */
record OperatorStatus(String name) {
  private static final List<String> KNOWN =
      List.of(
          "registered", "deregistered", "deactivated", "slashed", "pendingSlash", "invalidBundle");
  private static final Pattern WORDS =
      Pattern.compile("[A-Za-z][A-Za-z0-9]{0,63}([_ -][A-Za-z0-9]{1,64}){0,3}");
  private static final Pattern NEXT_WORD = Pattern.compile("[_ -](.)");

  /** Accepts unknown status names; rejects a text that cannot be a name. */
  static OperatorStatus parse(String text) {
    if (!WORDS.matcher(text).matches()) {
      throw new IllegalArgumentException("not the name of a status");
    }
    var letters = NEXT_WORD.matcher(text).replaceAll("$1");
    for (var known : KNOWN) {
      if (known.equalsIgnoreCase(letters)) {
        return new OperatorStatus(known);
      }
    }
    var isUpperCase = text.equals(text.toUpperCase(Locale.ROOT));
    var words = isUpperCase ? text.toLowerCase(Locale.ROOT) : text;
    var joined =
        NEXT_WORD.matcher(words).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    return new OperatorStatus(
        joined.substring(0, 1).toLowerCase(Locale.ROOT) + joined.substring(1));
  }
}
