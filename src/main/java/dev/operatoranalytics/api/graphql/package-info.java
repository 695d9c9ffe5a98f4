/** The GraphQL engine: HTTP, scalars, paging, errors. No nouns here. */
@NullMarked
package dev.operatoranalytics.api.graphql;

import org.jspecify.annotations.NullMarked;
