/**
 * The events database: its contract, and the importer that fills an embedded one from decoded logs.
 */
@NullMarked
package dev.operatoranalytics.source;

import org.jspecify.annotations.NullMarked;
