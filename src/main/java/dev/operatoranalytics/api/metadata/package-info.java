/** How the documents of operators and AVSs were fetched, in GraphQL. */
@NullMarked
package dev.operatoranalytics.api.metadata;

import org.jspecify.annotations.NullMarked;
