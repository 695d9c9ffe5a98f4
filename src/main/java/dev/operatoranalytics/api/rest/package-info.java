/** The old endpoints. */
@NullMarked
package dev.operatoranalytics.api.rest;

import org.jspecify.annotations.NullMarked;
