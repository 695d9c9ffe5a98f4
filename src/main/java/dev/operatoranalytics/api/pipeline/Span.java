package dev.operatoranalytics.api.pipeline;

import io.micronaut.core.annotation.Introspected;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** The first and the last UTC day of some; null when there is none. */
@Introspected
record Span(@Nullable LocalDate fromDate, @Nullable LocalDate toDate) {}
