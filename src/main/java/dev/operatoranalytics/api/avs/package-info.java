/** What is answered of AVSs and their operator sets. */
@NullMarked
package dev.operatoranalytics.api.avs;

import org.jspecify.annotations.NullMarked;
