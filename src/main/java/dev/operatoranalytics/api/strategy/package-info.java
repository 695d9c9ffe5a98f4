/** What is answered of strategies. */
@NullMarked
package dev.operatoranalytics.api.strategy;

import org.jspecify.annotations.NullMarked;
