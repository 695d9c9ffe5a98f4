/** What those see who look after the server. */
@NullMarked
package dev.operatoranalytics.api.monitor;

import org.jspecify.annotations.NullMarked;
