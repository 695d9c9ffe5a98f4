/** What operators were, day by day. */
@NullMarked
package dev.operatoranalytics.api.day;

import org.jspecify.annotations.NullMarked;
