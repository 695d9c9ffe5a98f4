package dev.operatoranalytics.api.pipeline;

/** Whatever is asked of the pipeline is read by its own field. */
public record Pipeline() {}
