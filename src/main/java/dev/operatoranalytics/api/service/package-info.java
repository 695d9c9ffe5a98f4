/** What this server lets its clients do. */
@NullMarked
package dev.operatoranalytics.api.service;

import org.jspecify.annotations.NullMarked;
