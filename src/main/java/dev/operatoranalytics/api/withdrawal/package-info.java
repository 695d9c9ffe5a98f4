/** What is answered of queued withdrawals. */
@NullMarked
package dev.operatoranalytics.api.withdrawal;

import org.jspecify.annotations.NullMarked;
