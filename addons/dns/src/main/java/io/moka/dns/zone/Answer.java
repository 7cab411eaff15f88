package io.moka.dns.zone;

import java.util.List;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// The answer to a question for one name and type, from the cluster's objects.
public sealed interface Answer {

    Reason reason();

    /// Records of the asked type.
    ///
    /// @param additional address records of names that the records mention
    record Found(List<Record> records, List<Record> additional, Reason reason) implements Answer {
    }

    /// The name is an alias, whatever the type: the lookup continues at the record's target.
    record Alias(CNAMERecord record, Reason reason) implements Answer {
    }

    /// The name exists and has no record of the type.
    ///
    /// @param zone the zone whose SOA record goes with the negative answer
    record NoData(Name zone, Reason reason) implements Answer {
    }

    /// The name does not exist.
    ///
    /// @param zone the zone whose SOA record goes with the negative answer
    record NoName(Name zone, Reason reason) implements Answer {
    }

    /// The name is in none of the cluster's zones.
    record Outside(Name name, Reason reason) implements Answer {
    }

    /// The objects contradict each other, so the question has no answer.
    record Broken(Reason reason) implements Answer {
    }
}
