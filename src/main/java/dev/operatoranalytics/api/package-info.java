/** Answers clients from the precomputed tables; never writes. */
@NullMarked
package dev.operatoranalytics.api;

import org.jspecify.annotations.NullMarked;
