/**
 * The kinds of logs that the protocol's contracts emit, declared once. Importers, the node reader,
 * SQL and documentation derive from {@link dev.operatoranalytics.event.EventKinds}.
 */
@NullMarked
package dev.operatoranalytics.event;

import org.jspecify.annotations.NullMarked;
