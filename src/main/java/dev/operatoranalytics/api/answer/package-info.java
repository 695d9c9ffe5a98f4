/** Answers too large to be held: streamed, kept packed in files, known by a strong ETag. */
@NullMarked
package dev.operatoranalytics.api.answer;

import org.jspecify.annotations.NullMarked;
