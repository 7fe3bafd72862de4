package dev.mulligan.host.scope;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;

/**
 * Says what becomes of the calls or changes that it matches.
 *
 * @param why for people: one line of at most 200 characters; may be empty
 */
public record Rule(Condition when, Effect then, String why) {
    /** In characters. */
    public static final int LONGEST_WHY = 200;

    public Rule {
        if (why.length() > LONGEST_WHY || why.codePoints().anyMatch(Character::isISOControl)) {
            throw HostException.of(HostErrorCode.BAD_SCOPE, "reason of a rule")
                    .value(why.length() + " characters")
                    .expected("one line of at most " + LONGEST_WHY)
                    .remedy("shorten it")
                    .build();
        }
    }
}
