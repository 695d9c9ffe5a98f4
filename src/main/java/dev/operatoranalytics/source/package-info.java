/** Imports decoded logs and CSV files into the events database. */
@NullMarked
package dev.operatoranalytics.source;

import org.jspecify.annotations.NullMarked;
