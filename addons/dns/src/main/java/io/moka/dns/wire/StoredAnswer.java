package io.moka.dns.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// An upstream server's answer as bytes, with the positions of its times to live.
///
/// Names in an answer are compression pointers to the question's name where they are equal, so that replacing the question's name with the client's spelling
/// changes the spelling of all of them.
public final class StoredAnswer {

    private static final int FLAGS = 2;
    private static final int ANSWERS = 6;
    private static final int ADDITIONAL_COUNT = 10;
    private static final int TTL = 4;
    private static final int LENGTH = 8;
    private static final int RECORD_HEAD = 10;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int CHECKING_DISABLED = 0x0010;
    private static final int TRUNCATED = 0x0200;

    private final byte[] wire;
    private final int questionEnd;
    private final int[] ttlPlaces;
    private final int rcode;
    private final boolean negative;
    private final long lifeSeconds;

    private StoredAnswer(byte[] wire, int questionEnd, int[] ttlPlaces, int rcode, boolean negative, long lifeSeconds) {
        this.wire = wire;
        this.questionEnd = questionEnd;
        this.ttlPlaces = ttlPlaces;
        this.rcode = rcode;
        this.negative = negative;
        this.lifeSeconds = lifeSeconds;
    }

    /// @param answer the received message; its EDNS record, which concerns only the connection to the upstream server, is removed from it
    public static StoredAnswer of(Message answer) throws IOException {
        var opt = answer.getOPT();
        if (opt != null) {
            answer.removeRecord(opt, Section.ADDITIONAL);
        }
        var header = answer.getHeader();
        header.unsetFlag(Flags.AA);
        header.setFlag(Flags.RA);
        var wire = answer.toWire(Message.MAXLENGTH);
        int questionEnd = Wire.skipName(wire, Query.HEADER_BYTES) + 4;
        var negative = answer.getSection(Section.ANSWER).stream().noneMatch(record -> record.getType() != Type.CNAME && record.getType() != Type.DNAME);
        return new StoredAnswer(wire, questionEnd, ttlPlaces(wire, questionEnd), header.getRcode(), negative, life(answer, negative));
    }

    /// Returns how long the answer may be cached, in seconds: its shortest time to live; for a
    /// negative one, what the SOA record says (RFC 2308), and 0 without one.
    private static long life(Message answer, boolean negative) {
        long life = Long.MAX_VALUE;
        boolean said = !negative;
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            for (var record : answer.getSection(section)) {
                life = Math.min(life, record.getTTL());
                if (negative && record instanceof SOARecord soa) {
                    life = Math.min(life, soa.getMinimum());
                    said = true;
                }
            }
        }
        return said && life != Long.MAX_VALUE ? life : 0;
    }

    private static int[] ttlPlaces(byte[] wire, int start) throws IOException {
        int records = Wire.u16(wire, ANSWERS) + Wire.u16(wire, ANSWERS + 2) + Wire.u16(wire, ADDITIONAL_COUNT);
        var places = new int[records];
        int at = start;
        for (int i = 0; i < records; i++) {
            int head = Wire.skipName(wire, at);
            places[i] = head + TTL;
            at = head + RECORD_HEAD + Wire.u16(wire, head + LENGTH);
        }
        return places;
    }

    public int rcode() {
        return rcode;
    }

    /// Whether the answer says that the name does not exist or has no record of the type.
    public boolean isNegative() {
        return negative;
    }

    public boolean isFailure() {
        return rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN;
    }

    public long lifeSeconds() {
        return lifeSeconds;
    }

    public int bytes() {
        return wire.length;
    }

    /// Returns the answer to one query, as bytes.
    ///
    /// @param mostBytes the maximum length of the answer; a longer one is sent without its records, and marked as truncated
    /// @param ttl maps a record's original time to live to the one to send
    public byte[] render(Query query, int mostBytes, LongUnaryOperator ttl) {
        var edns = query.ednsOfAnswer();
        var ednsBytes = edns == null ? new byte[0] : edns.toWire(Section.ADDITIONAL);
        boolean fits = wire.length + ednsBytes.length <= mostBytes;
        int length = fits ? wire.length : questionEnd;
        var bytes = Arrays.copyOf(wire, length + ednsBytes.length);
        System.arraycopy(query.questionBytes(), 0, bytes, Query.HEADER_BYTES, questionEnd - Query.HEADER_BYTES);
        System.arraycopy(ednsBytes, 0, bytes, length, ednsBytes.length);
        head(bytes, query, fits, edns);
        if (fits) {
            for (int place : ttlPlaces) {
                Wire.putU32(bytes, place, ttl.applyAsLong(Wire.u32(wire, place)));
            }
        }
        return bytes;
    }

    private void head(byte[] bytes, Query query, boolean fits, @Nullable OPTRecord edns) {
        Wire.putU16(bytes, 0, query.id());
        int flags = Wire.u16(wire, FLAGS) & ~(RECURSION_DESIRED | CHECKING_DISABLED);
        Wire.putU16(bytes, FLAGS, flags | (query.wantsRecursion() ? RECURSION_DESIRED : 0) | (query.checkingDisabled() ? CHECKING_DISABLED : 0) | (fits ? 0 : TRUNCATED));
        if (!fits) {
            Arrays.fill(bytes, ANSWERS, Query.HEADER_BYTES, (byte) 0);
        }
        Wire.putU16(bytes, ADDITIONAL_COUNT, Wire.u16(bytes, ADDITIONAL_COUNT) + (edns == null ? 0 : 1));
    }

    /// Returns the answer as a message with changed times to live, from which records can be taken.
    public Message message(LongUnaryOperator ttl) {
        var bytes = wire.clone();
        for (int place : ttlPlaces) {
            Wire.putU32(bytes, place, ttl.applyAsLong(Wire.u32(wire, place)));
        }
        try {
            return new Message(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("was written by us", e);
        }
    }
}
