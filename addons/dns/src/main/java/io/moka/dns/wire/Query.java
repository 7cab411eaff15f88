package io.moka.dns.wire;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// A parsed query.
///
/// @param questionBytes the name, type and class with the client's spelling
/// @param edns the query's EDNS record; null when it has none
public record Query(Message message, Record question, byte[] questionBytes, @Nullable OPTRecord edns, int ednsRecords) {

    public static final int HEADER_BYTES = 12;
    /// Maximum size of a datagram in bytes, small enough not to be fragmented on the way.
    public static final int LARGEST_DATAGRAM = 1232;
    private static final int SMALLEST_DATAGRAM = 512;
    private static final int TYPE_AND_CLASS_BYTES = 4;

    /// @throws IOException when the bytes are no message with exactly one question
    public static Query read(byte[] bytes) throws IOException {
        var message = new Message(bytes);
        var questions = message.getSection(Section.QUESTION);
        if (questions.size() != 1) {
            throw new IOException(questions.size() + " questions");
        }
        int end = Wire.skipName(bytes, HEADER_BYTES) + TYPE_AND_CLASS_BYTES;
        OPTRecord edns = null;
        int count = 0;
        for (var record : message.getSection(Section.ADDITIONAL)) {
            if (record instanceof OPTRecord opt) {
                edns = opt;
                count++;
            }
        }
        return new Query(message, questions.getFirst(), Arrays.copyOfRange(bytes, HEADER_BYTES, end), edns, count);
    }

    public Name name() {
        return question.getName();
    }

    public int type() {
        return question.getType();
    }

    public int id() {
        return message.getHeader().getID();
    }

    public boolean wantsRecursion() {
        return message.getHeader().getFlag(Flags.RD);
    }

    public boolean checkingDisabled() {
        return message.getHeader().getFlag(Flags.CD);
    }

    public boolean dnssecOk() {
        return edns != null && (edns.getFlags() & ExtendedFlags.DO) != 0;
    }

    /// Returns the maximum length of an answer by datagram, in bytes.
    public int datagramBytes() {
        return edns == null ? SMALLEST_DATAGRAM : Math.clamp(edns.getPayloadSize(), SMALLEST_DATAGRAM, LARGEST_DATAGRAM);
    }

    /// Returns the EDNS record for the answer; null when the query has none.
    public @Nullable OPTRecord ednsOfAnswer() {
        return edns == null ? null : new OPTRecord(LARGEST_DATAGRAM, 0, 0, dnssecOk() ? ExtendedFlags.DO : 0);
    }
}
