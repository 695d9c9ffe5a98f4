package dev.operatoranalytics.api.query;

import java.util.List;

/** Every noun of the schema. */
public record Declarations(List<Noun> nouns) {}
