package dev.operatoranalytics.api.query;

import java.util.List;

/** All nouns of the schema. */
public record Declarations(List<Noun> nouns) {}
