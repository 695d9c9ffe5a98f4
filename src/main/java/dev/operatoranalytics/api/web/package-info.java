/** The web pages: their HTML and the files that they load. */
@NullMarked
package dev.operatoranalytics.api.web;

import org.jspecify.annotations.NullMarked;
