/** The nouns that the API serves, each declared once. */
@NullMarked
package dev.operatoranalytics.api.noun;

import org.jspecify.annotations.NullMarked;
