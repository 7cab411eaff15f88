package io.moka.dns.server;

import io.moka.dns.forward.Forwarder;
import io.moka.dns.search.SearchPaths;
import io.moka.dns.wire.Query;
import io.moka.machinery.thread.TaskThread;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Turns the bytes of a query into those of its answer.
public final class Responder {

    private static final Logger log = LoggerFactory.getLogger(Responder.class);
    private static final int FLAGS_BYTE = 2;
    private static final int RESPONSE_BIT = 0x80;

    private final Resolver resolver;
    private final SearchPaths paths;
    private final Forwarder forwarder;
    private final DnsMetrics metrics;

    Responder(Resolver resolver, SearchPaths paths, Forwarder forwarder, DnsMetrics metrics) {
        this.resolver = resolver;
        this.paths = paths;
        this.forwarder = forwarder;
        this.metrics = metrics;
    }

    /// Answers at once when no upstream server is needed, otherwise later and on another thread. Bytes that are no query get no answer.
    ///
    /// @param mostBytes the maximum length of the answer; 0 for the length that the query allows for a datagram
    void respond(byte[] bytes, InetAddress source, int mostBytes, Consumer<byte[]> reply) {
        long start = System.nanoTime();
        if (bytes.length < Query.HEADER_BYTES || (bytes[FLAGS_BYTE] & RESPONSE_BIT) != 0) {
            return;
        }
        Query query;
        try {
            query = Query.read(bytes);
        } catch (IOException | RuntimeException e) {
            log.debug("{} sends what cannot be read: {}", source, e.getMessage());
            reply.accept(headerOnly(bytes, Rcode.FORMERR));
            metrics.unreadable(System.nanoTime() - start);
            return;
        }
        var most = mostBytes == 0 ? query.datagramBytes() : mostBytes;
        boolean tcp = mostBytes != 0;
        var refusal = refusal(query);
        if (refusal != null) {
            send(query, refusal, most, tcp, start, reply);
            return;
        }
        orServerFailure(bytes, reply, () -> {
            var path = paths.of(source);
            var resolution = resolver.resolve(query, path, forwarder.cached(), Trace.NONE);
            if (resolution instanceof Resolution.Pending) {
                TaskThread.start("query", () -> orServerFailure(bytes, reply,
                        () -> send(query, resolver.resolve(query, path, forwarder, Trace.NONE), most, tcp, start, reply)));
            } else {
                send(query, resolution, most, tcp, start, reply);
            }
        });
    }

    /// Answers SERVFAIL when the answer cannot be made, so that the client asks another server at once.
    private static void orServerFailure(byte[] query, Consumer<byte[]> reply, Runnable answer) {
        try {
            answer.run();
        } catch (RuntimeException e) {
            log.error("a query could not be answered", e);
            reply.accept(headerOnly(query, Rcode.SERVFAIL));
        }
    }

    /// Returns the error for a query that a name server should refuse; null for one to answer.
    private @Nullable Resolution refusal(Query query) {
        var header = query.message().getHeader();
        if (header.getOpcode() != Opcode.QUERY) {
            return refused(Rcode.NOTIMP);
        }
        if (query.ednsRecords() > 1) {
            return refused(Rcode.FORMERR);
        }
        if (query.edns() != null && query.edns().getVersion() > 0) {
            return refused(Rcode.BADVERS);
        }
        boolean transfer = query.type() == Type.AXFR || query.type() == Type.IXFR;
        return transfer || query.question().getDClass() != DClass.IN || forwarder.cameBack(query.name()) ? refused(Rcode.REFUSED) : null;
    }

    private static Resolution refused(int rcode) {
        return new Resolution.Composed(rcode, false, List.of(), List.of(), List.of());
    }

    private void send(Query query, Resolution resolution, int most, boolean tcp, long start, Consumer<byte[]> reply) {
        byte[] bytes;
        int rcode;
        if (resolution instanceof Resolution.Forwarded(var answered)) {
            bytes = answered.answer().render(query, most, answered.ttl());
            rcode = answered.answer().rcode();
        } else {
            var composed = (Resolution.Composed) resolution;
            bytes = message(query, composed).toWire(most);
            rcode = composed.rcode();
        }
        reply.accept(bytes);
        metrics.answered(query.type(), tcp, rcode, System.nanoTime() - start);
    }

    private static Message message(Query query, Resolution.Composed composed) {
        var message = new Message(query.id());
        var header = message.getHeader();
        header.setOpcode(query.message().getHeader().getOpcode());
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        setFlag(message, Flags.RD, query.wantsRecursion());
        setFlag(message, Flags.CD, query.checkingDisabled());
        setFlag(message, Flags.AA, composed.authoritative());
        header.setRcode(composed.rcode() & 0xF);
        message.addRecord(query.question(), Section.QUESTION);
        shuffled(composed.answer()).forEach(record -> message.addRecord(record, Section.ANSWER));
        composed.authority().forEach(record -> message.addRecord(record, Section.AUTHORITY));
        composed.additional().forEach(record -> message.addRecord(record, Section.ADDITIONAL));
        var edns = query.ednsOfAnswer();
        if (edns != null) {
            message.addRecord(new OPTRecord(edns.getPayloadSize(), composed.rcode() >> 4, 0, edns.getFlags()), Section.ADDITIONAL);
        }
        return message;
    }

    private static void setFlag(Message message, int flag, boolean set) {
        if (set) {
            message.getHeader().setFlag(flag);
        }
    }

    /// Returns the records with their addresses in random order, since many clients use the first one; aliases stay in front.
    private static List<Record> shuffled(List<Record> records) {
        if (records.size() < 2) {
            return records;
        }
        int aliases = 0;
        while (aliases < records.size() && !(records.get(aliases) instanceof ARecord) && !(records.get(aliases) instanceof AAAARecord)) {
            aliases++;
        }
        var all = new ArrayList<>(records);
        Collections.shuffle(all.subList(aliases, all.size()), ThreadLocalRandom.current());
        return all;
    }

    /// Returns an error answer that consists of the query's header alone.
    private static byte[] headerOnly(byte[] query, int rcode) {
        var bytes = new byte[Query.HEADER_BYTES];
        System.arraycopy(query, 0, bytes, 0, FLAGS_BYTE + 1);
        bytes[FLAGS_BYTE] = (byte) (query[FLAGS_BYTE] & 0x79 | RESPONSE_BIT);
        bytes[FLAGS_BYTE + 1] = (byte) rcode;
        return bytes;
    }
}
