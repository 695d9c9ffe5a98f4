/** What is answered of slashes. */
@NullMarked
package dev.operatoranalytics.api.slashing;

import org.jspecify.annotations.NullMarked;
