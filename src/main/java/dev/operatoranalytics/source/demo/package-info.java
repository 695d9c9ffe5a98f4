/** Generates a seeded demo network by simulating the contracts of the restaking protocol. */
@NullMarked
package dev.operatoranalytics.source.demo;

import org.jspecify.annotations.NullMarked;
