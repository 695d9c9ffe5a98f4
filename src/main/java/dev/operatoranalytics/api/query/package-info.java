/** Compiles GraphQL to SQL from declared nouns. It does not depend on the domain. */
@NullMarked
package dev.operatoranalytics.api.query;

import org.jspecify.annotations.NullMarked;
