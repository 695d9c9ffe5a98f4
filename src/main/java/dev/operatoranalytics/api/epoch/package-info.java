/** What is answered of epochs, share prices and the operators of a domain. */
@NullMarked
package dev.operatoranalytics.api.epoch;

import org.jspecify.annotations.NullMarked;
