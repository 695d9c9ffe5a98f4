/** What is answered of all operators together. */
@NullMarked
package dev.operatoranalytics.api.network;

import org.jspecify.annotations.NullMarked;
