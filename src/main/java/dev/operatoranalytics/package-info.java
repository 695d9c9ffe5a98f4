/** Operator Analytics: starts the server, or a command. */
@NullMarked
package dev.operatoranalytics;

import org.jspecify.annotations.NullMarked;
