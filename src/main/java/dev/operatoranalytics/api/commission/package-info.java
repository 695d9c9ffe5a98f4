/** What is answered of commission rates. */
@NullMarked
package dev.operatoranalytics.api.commission;

import org.jspecify.annotations.NullMarked;
