/** Reads prices and descriptions of tokens, from a node and from public services. */
@NullMarked
package dev.operatoranalytics.price;

import org.jspecify.annotations.NullMarked;
