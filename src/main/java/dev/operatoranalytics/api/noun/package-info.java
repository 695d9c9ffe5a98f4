/** Declarations of the object types that the API serves. */
@NullMarked
package dev.operatoranalytics.api.noun;

import org.jspecify.annotations.NullMarked;
