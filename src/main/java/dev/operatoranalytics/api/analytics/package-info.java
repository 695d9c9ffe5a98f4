/** What is answered of risk, ranks and concentration. */
@NullMarked
package dev.operatoranalytics.api.analytics;

import org.jspecify.annotations.NullMarked;
