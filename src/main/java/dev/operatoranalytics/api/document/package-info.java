/** Parses, validates, costs and executes GraphQL documents. Knows nothing of the domain. */
@NullMarked
package dev.operatoranalytics.api.document;

import org.jspecify.annotations.NullMarked;
