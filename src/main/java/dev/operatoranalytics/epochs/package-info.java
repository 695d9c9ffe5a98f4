/**
 * Epoch documents of a domain: imports and stores them, and derives share prices and quality
 * figures.
 */
@NullMarked
package dev.operatoranalytics.epochs;

import org.jspecify.annotations.NullMarked;
