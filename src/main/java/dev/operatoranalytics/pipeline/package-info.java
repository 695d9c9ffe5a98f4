/** From events to state tables: what runs when, and how a table is brought up to date. */
@NullMarked
package dev.operatoranalytics.pipeline;

import org.jspecify.annotations.NullMarked;
