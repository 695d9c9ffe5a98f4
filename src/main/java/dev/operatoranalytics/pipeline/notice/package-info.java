/** Notices of failures and standstills, and their webhook. */
@NullMarked
package dev.operatoranalytics.pipeline.notice;

import org.jspecify.annotations.NullMarked;
