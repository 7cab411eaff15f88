package io.moka.machinery.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Reads strings so that equal ones are mostly the same object.
///
/// Of some 50 strings in a pod about 40 are in the next pod as well: its namespace, image, label values, policies, tolerations. An informer that keeps
/// thousands of pods keeps each of these once.
final class RepeatedStrings extends StdScalarDeserializer<String> {

    @Serial
    private static final long serialVersionUID = 1;

    /// Longer strings are rarely repeated.
    private static final int LONGEST = 64;
    private static final int SLOTS = 4_096;

    /// The last string that was read for each hash. Written and read by all threads without a lock: a string is immutable, and a lost entry costs one copy.
    private final transient @Nullable String[] last = new String[SLOTS];

    RepeatedStrings() {
        super(String.class);
    }

    @Override
    public @Nullable String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return shared(StringDeserializer.instance.deserialize(parser, context));
    }

    @Override
    public @Nullable Object deserializeWithType(JsonParser parser, DeserializationContext context, TypeDeserializer type) throws IOException {
        return deserialize(parser, context);
    }

    /// Returns a string that is equal to the given one, which may have been read before.
    @Nullable String shared(@Nullable String read) {
        if (read == null || read.length() > LONGEST) {
            return read;
        }
        int hash = read.hashCode();
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        var before = last[slot];
        if (read.equals(before)) {
            return before;
        }
        last[slot] = read;
        return read;
    }
}
