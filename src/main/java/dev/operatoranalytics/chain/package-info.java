/** Validated values of the chain, used by the pipeline and the epochs. */
@NullMarked
package dev.operatoranalytics.chain;

import org.jspecify.annotations.NullMarked;
