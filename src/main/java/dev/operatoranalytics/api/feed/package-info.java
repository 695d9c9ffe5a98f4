/** Follows what happens, row by row of {@code change_feed}. */
@NullMarked
package dev.operatoranalytics.api.feed;

import org.jspecify.annotations.NullMarked;
