/** What is answered of operators' activity. */
@NullMarked
package dev.operatoranalytics.api.activity;

import org.jspecify.annotations.NullMarked;
