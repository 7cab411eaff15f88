package io.moka.dns.server;

import io.moka.dns.forward.Outside.Outcome;
import java.util.List;
import org.xbill.DNS.Record;

/// The way in which a query is answered.
sealed interface Resolution {

    /// By records of the cluster, followed by forwarded ones when an alias leads outside.
    ///
    /// @param authoritative whether the name belongs to the cluster
    record Composed(int rcode, boolean authoritative, List<Record> answer, List<Record> authority, List<Record> additional) implements Resolution {
    }

    /// By an upstream server's answer, unchanged.
    record Forwarded(Outcome.Answered answer) implements Resolution {
    }

    /// Not yet: the answer needs an upstream server.
    record Pending() implements Resolution {
    }
}
