package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.GlobalId;
import dev.operatoranalytics.api.query.UserInputError;

/** Numbers of alert rules and webhooks, from their global ids or from the numbers themselves. */
public final class AlertIds {

  public static long rule(String id) {
    return number(id, "AlertRule", "alert rule");
  }

  public static long webhook(String id) {
    return number(id, "AlertWebhook", "alert webhook");
  }

  private static long number(String id, String type, String name) {
    if (isNumber(id)) {
      return Long.parseLong(id);
    }
    var parsed = GlobalId.parse(id);
    if (!parsed.type().equals(type) || !isNumber(parsed.key())) {
      throw new UserInputError("not the id of an %s: %s".formatted(name, id));
    }
    return Long.parseLong(parsed.key());
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }

  private AlertIds() {}
}
