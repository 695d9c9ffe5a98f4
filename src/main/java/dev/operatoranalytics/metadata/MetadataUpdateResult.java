package dev.operatoranalytics.metadata;

/**
 * The result of a run.
 *
 * @param changed documents that changed the stored metadata
 */
public record MetadataUpdateResult(int fetched, int changed, int failed) {}
