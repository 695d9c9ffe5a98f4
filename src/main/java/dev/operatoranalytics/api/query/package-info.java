/** Compiles GraphQL to SQL from declared nouns. Knows nothing of the domain. */
@NullMarked
package dev.operatoranalytics.api.query;

import org.jspecify.annotations.NullMarked;
