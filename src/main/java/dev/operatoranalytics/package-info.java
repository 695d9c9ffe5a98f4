/** Operator Analytics: the entry point. */
@NullMarked
package dev.operatoranalytics;

import org.jspecify.annotations.NullMarked;
