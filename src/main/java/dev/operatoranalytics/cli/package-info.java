/** The commands of {@code operator-analytics}. */
@NullMarked
package dev.operatoranalytics.cli;

import org.jspecify.annotations.NullMarked;
