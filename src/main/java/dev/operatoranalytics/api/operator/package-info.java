/** What is answered of operators. */
@NullMarked
package dev.operatoranalytics.api.operator;

import org.jspecify.annotations.NullMarked;
