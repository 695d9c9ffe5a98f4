/** Streams share prices and exports them. */
@NullMarked
package dev.operatoranalytics.api.epoch;

import org.jspecify.annotations.NullMarked;
