/** Rules that report facts, and the alerts that they fire. */
@NullMarked
package dev.operatoranalytics.alert;

import org.jspecify.annotations.NullMarked;
