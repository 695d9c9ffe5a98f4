/** WebSocket, server-sent events and the change feed. */
@NullMarked
package dev.operatoranalytics.api.live;

import org.jspecify.annotations.NullMarked;
