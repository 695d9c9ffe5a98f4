/** What is answered of delegators. */
@NullMarked
package dev.operatoranalytics.api.delegator;

import org.jspecify.annotations.NullMarked;
