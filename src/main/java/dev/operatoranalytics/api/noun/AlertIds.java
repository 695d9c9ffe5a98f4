package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.GlobalId;
import dev.operatoranalytics.api.query.UserInputError;

/** Numbers of alert rules. */
public final class AlertIds {

  /** The number of a rule, from its global id or from the number itself. */
  public static long rule(String id) {
    var number = id;
    if (!isNumber(id)) {
      var parsed = GlobalId.parse(id);
      if (!parsed.type().equals("AlertRule")) {
        throw new UserInputError("not the id of an alert rule: " + id);
      }
      number = parsed.key();
    }
    if (!isNumber(number)) {
      throw new UserInputError("not the id of an alert rule: " + id);
    }
    return Long.parseLong(number);
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }

  private AlertIds() {}
}
