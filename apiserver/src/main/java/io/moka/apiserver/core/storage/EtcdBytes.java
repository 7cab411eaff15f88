package io.moka.apiserver.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.etcd.jetcd.ByteSequence;

/// Converts keys and values to jetcd's types, with as few copies as possible.
final class EtcdBytes {
    private EtcdBytes() {}

    static ByteSequence key(String key) {
        return ByteSequence.from(key, UTF_8);
    }

    /// Wraps bytes without copying; they must not be changed afterwards.
    static ByteSequence value(byte[] bytes) {
        return ByteSequence.from(UnsafeByteOperations.unsafeWrap(bytes));
    }

    static byte[] bytes(ByteSequence sequence) {
        return sequence.getBytes();
    }

    static String string(ByteSequence sequence) {
        return sequence.toString(UTF_8);
    }

    /// Returns the first key after all keys with the prefix; the prefixes used end in `/`.
    static ByteSequence prefixEnd(String prefix) {
        byte[] end = prefix.getBytes(UTF_8);
        end[end.length - 1]++;
        return ByteSequence.from(ByteString.copyFrom(end));
    }
}
