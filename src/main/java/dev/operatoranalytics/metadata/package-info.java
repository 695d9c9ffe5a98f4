/** Metadata that operators and AVSs publish, fetched from the URIs that they register. */
@NullMarked
package dev.operatoranalytics.metadata;

import org.jspecify.annotations.NullMarked;
