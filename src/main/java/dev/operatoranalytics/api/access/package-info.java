/** Who asks, and what that one may. */
@NullMarked
package dev.operatoranalytics.api.access;

import org.jspecify.annotations.NullMarked;
