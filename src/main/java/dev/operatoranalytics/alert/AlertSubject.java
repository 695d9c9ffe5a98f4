package dev.operatoranalytics.alert;

import org.jspecify.annotations.Nullable;

/**
 * Whom a rule is about; all when every part is null, and never more than one.
 *
 * @param operator address
 * @param avs address: facts of the AVS itself, and of operators that are registered with it
 * @param staker address: facts of the delegator itself, and of the operator it delegates to
 */
public record AlertSubject(
    @Nullable String operator, @Nullable String avs, @Nullable String staker) {}
