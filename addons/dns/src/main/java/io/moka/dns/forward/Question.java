package io.moka.dns.forward;

import io.moka.dns.wire.Query;
import org.xbill.DNS.Name;

/// A question for the upstream servers. Names that differ only in case are equal.
public record Question(Name name, int type, boolean dnssecOk, boolean checkingDisabled) {

    public static Question of(Name name, Query query) {
        return new Question(name, query.type(), query.dnssecOk(), query.checkingDisabled());
    }
}
