package dev.operatoranalytics.alert;

/** Formats of the requests to webhooks. */
public enum WebhookFormat {
  /** All fields of the alert as one object. */
  JSON,
  /** A message of an incoming webhook of Slack. */
  SLACK,
  /** A message of a webhook of Discord. */
  DISCORD
}
