package dev.operatoranalytics.source.demo;

import java.nio.file.Path;

/** Where {@link DemoNetwork} wrote the chain's events and the facts that are not on it. */
public record DemoFiles(Path events, Path strategies, Path prices, Path rates, Path metadata) {}
