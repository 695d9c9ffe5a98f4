package dev.operatoranalytics.api.graphql;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client sends, whatever way it came. */
public record GraphqlRequest(
    String query, @Nullable String operationName, Map<String, @Nullable Object> variables) {}
