package dev.operatoranalytics.api.graphql;

/** A value that is JSON already; it is sent as it is. */
public record RawJson(String text) {}
