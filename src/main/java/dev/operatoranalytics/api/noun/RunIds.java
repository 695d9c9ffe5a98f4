package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.GlobalId;
import dev.operatoranalytics.api.query.UserInputError;

/** The number of a run, from its global id or from the number itself. */
public final class RunIds {
  private static final String NUMBER = "[0-9]{1,18}";

  public static String number(Object id) {
    var text = id.toString();
    if (text.matches(NUMBER)) {
      return text;
    }
    var parsed = GlobalId.parse(text);
    if (!parsed.type().equals("Run") || !parsed.key().matches(NUMBER)) {
      throw new UserInputError("not the id of a run: " + text);
    }
    return parsed.key();
  }

  private RunIds() {}
}
