package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.GlobalId;
import dev.operatoranalytics.api.query.UserInputError;

/** The number of a run, from its global id or from the number itself. */
public final class RunIds {
  private static final String NUMBER = "[0-9]{1,18}";

  public static String number(Object asked) {
    var text = asked.toString();
    if (text.matches(NUMBER)) {
      return text;
    }
    var id = GlobalId.parse(text);
    if (!id.type().equals("Run") || !id.key().matches(NUMBER)) {
      throw new UserInputError("not the id of a run: " + text);
    }
    return id.key();
  }

  private RunIds() {}
}
