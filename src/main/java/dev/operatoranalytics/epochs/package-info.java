/** Epoch documents of a domain: taken in, kept, and turned into share prices and their quality. */
@NullMarked
package dev.operatoranalytics.epochs;

import org.jspecify.annotations.NullMarked;
