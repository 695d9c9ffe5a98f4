/** What operators and AVSs publish of themselves: fetched from where they say it is. */
@NullMarked
package dev.operatoranalytics.metadata;

import org.jspecify.annotations.NullMarked;
