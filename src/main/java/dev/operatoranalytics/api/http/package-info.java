/**
 * Endpoints over HTTP: authentication, quotas, error mapping, headers and conditional responses.
 */
@NullMarked
package dev.operatoranalytics.api.http;

import org.jspecify.annotations.NullMarked;
