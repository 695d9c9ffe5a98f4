/** Values of the chain that cannot be wrong: both wings of the program speak in them. */
@NullMarked
package dev.operatoranalytics.chain;

import org.jspecify.annotations.NullMarked;
