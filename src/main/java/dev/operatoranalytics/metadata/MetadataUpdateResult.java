package dev.operatoranalytics.metadata;

/**
 * What came of a run.
 *
 * @param changed documents that told something new
 */
public record MetadataUpdateResult(int fetched, int changed, int failed) {}
