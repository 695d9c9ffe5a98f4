/** Generates a seeded demo network by playing the restaking protocol's own rules. */
@NullMarked
package dev.operatoranalytics.source.demo;

import org.jspecify.annotations.NullMarked;
