/** What the API answers: each noun is declared once. */
@NullMarked
package dev.operatoranalytics.api.noun;

import org.jspecify.annotations.NullMarked;
