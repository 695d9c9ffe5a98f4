/** The networks that the protocol runs on: addresses of its contracts, delays, first blocks. */
@NullMarked
package dev.operatoranalytics.network;

import org.jspecify.annotations.NullMarked;
