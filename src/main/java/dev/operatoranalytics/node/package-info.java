/** Reads the protocol's logs from Ethereum nodes, over JSON-RPC, into the events database. */
@NullMarked
package dev.operatoranalytics.node;

import org.jspecify.annotations.NullMarked;
