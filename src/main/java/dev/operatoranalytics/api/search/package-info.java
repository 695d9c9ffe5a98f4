/** Finds things by whatever is known of them. */
@NullMarked
package dev.operatoranalytics.api.search;

import org.jspecify.annotations.NullMarked;
