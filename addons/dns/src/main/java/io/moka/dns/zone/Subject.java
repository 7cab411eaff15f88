package io.moka.dns.zone;

import java.util.List;
import org.xbill.DNS.Name;

/// The meaning of a cluster name, independent of the record type of the question.
sealed interface Subject {

    Reason reason();

    /// The name does not exist.
    record Missing(Reason reason) implements Subject {
    }

    /// A name without records that exists because longer names end in it.
    record Empty(Reason reason) implements Subject {
    }

    /// The zone itself.
    record Apex(Reason reason) implements Subject {
    }

    /// A name with a text (TXT record).
    record Text(String text, Reason reason) implements Subject {
    }

    /// A name with addresses, IPv4 and IPv6 in any mix.
    record Hosts(List<String> addresses, Reason reason) implements Subject {
    }

    /// A port of a service, with the hosts that serve it (SRV records).
    record Places(List<Place> places, Reason reason) implements Subject {
    }

    /// An alias for a name elsewhere (CNAME record).
    record Elsewhere(Name target, Reason reason) implements Subject {
    }

    /// A port's number, and the name and addresses of the host that serves it.
    record Place(int port, Name host, List<String> addresses) {
    }
}
