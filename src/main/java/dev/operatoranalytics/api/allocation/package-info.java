/** What is answered of allocations. */
@NullMarked
package dev.operatoranalytics.api.allocation;

import org.jspecify.annotations.NullMarked;
