package dev.operatoranalytics.event;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;

/**
 * An argument of an event.
 *
 * @param type in Solidity's notation, such as {@code uint256[]}; for structs only the dimensions,
 *     such as {@code []}
 * @param isIndexed whether it is in a topic and not in the data
 * @param components components of a struct; empty for other types
 */
public record Argument(String name, String type, boolean isIndexed, List<Argument> components) {

  /** Returns the type as signatures contain it, structs as lists of types. */
  public String canonicalType() {
    return components.isEmpty() ? type : canonicalType(components) + type;
  }

  static String canonicalType(List<Argument> arguments) {
    return arguments.stream().map(Argument::canonicalType).collect(joining(",", "(", ")"));
  }

  /**
   * Parses a list of arguments in Solidity's notation, with structs written out: {@code (address
   * indexed operator, (address avs, uint32 id) operatorSet)}.
   */
  static List<Argument> parse(String text) {
    var parser = new Parser(text);
    var arguments = parser.list();
    parser.end();
    return arguments;
  }

  private static final class Parser {
    private final String text;
    private int at;

    private Parser(String text) {
      this.text = text;
    }

    private List<Argument> list() {
      expect('(');
      var arguments = new ArrayList<Argument>();
      while (text.charAt(at) != ')') {
        if (!arguments.isEmpty()) {
          expect(',');
          expect(' ');
        }
        arguments.add(argument());
      }
      expect(')');
      return List.copyOf(arguments);
    }

    private Argument argument() {
      List<Argument> components = text.charAt(at) == '(' ? list() : List.of();
      var words = words();
      var isIndexed = words.length == 3 && words[1].equals("indexed");
      if (words.length != 2 && !isIndexed) {
        throw new IllegalArgumentException("no argument before column %d: %s".formatted(at, text));
      }
      return new Argument(words[words.length - 1], words[0], isIndexed, components);
    }

    private String[] words() {
      var from = at;
      while (text.charAt(at) != ',' && text.charAt(at) != ')') {
        at++;
      }
      return text.substring(from, at).split(" ", -1);
    }

    private void expect(char wanted) {
      if (text.charAt(at) != wanted) {
        throw new IllegalArgumentException(
            "expected '%s' at column %d: %s".formatted(wanted, at, text));
      }
      at++;
    }

    private void end() {
      if (at < text.length()) {
        throw new IllegalArgumentException("text after column %d: %s".formatted(at, text));
      }
    }
  }
}
