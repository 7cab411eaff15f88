package io.moka.apiserver.front.certificates;

import java.security.GeneralSecurityException;
import java.util.Arrays;

/// Reads values in ASN.1's distinguished encoding rules (DER), one after the other.
final class Der {
    static final int BIT_STRING = 0x03;
    static final int OBJECT_ID = 0x06;
    static final int SEQUENCE = 0x30;

    private final byte[] bytes;
    private final int end;
    private int at;

    /// A value with its tag and, in `whole`, its own encoding.
    record Value(int tag, byte[] content, byte[] whole) {
        Der read() {
            return new Der(content);
        }
    }

    Der(byte[] bytes) {
        this.bytes = bytes;
        end = bytes.length;
    }

    Value next() throws GeneralSecurityException {
        int start = at;
        int tag = octet();
        int length = length();
        if (length < 0 || length > end - at) {
            throw new GeneralSecurityException("asn1: data truncated");
        }
        at += length;
        return new Value(tag, Arrays.copyOfRange(bytes, at - length, at), Arrays.copyOfRange(bytes, start, at));
    }

    Value next(int tag) throws GeneralSecurityException {
        Value value = next();
        if (value.tag() != tag) {
            throw new GeneralSecurityException("asn1: tags don't match");
        }
        return value;
    }

    private int octet() throws GeneralSecurityException {
        if (at >= end) {
            throw new GeneralSecurityException("asn1: data truncated");
        }
        return bytes[at++] & 0xff;
    }

    private int length() throws GeneralSecurityException {
        int first = octet();
        if (first < 0x80) {
            return first;
        }
        int octets = first & 0x7f;
        if (octets == 0 || octets > 3) {
            throw new GeneralSecurityException("asn1: length too large");
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = length << 8 | octet();
        }
        return length;
    }
}
