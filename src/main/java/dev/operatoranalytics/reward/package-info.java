/** Asks contracts for what rewards depend on and no event tells. */
@NullMarked
package dev.operatoranalytics.reward;

import org.jspecify.annotations.NullMarked;
