package io.moka.apiserver.core.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object as clients see it: its encoded JSON, including the resourceVersion, and the values for selectors.
///
/// @param key            the key below the resource's prefix: `namespace/name`, or `name`
/// @param json           the encoded object; must not be changed
/// @param revisionOffset the offset in `json` of the first digit of the resourceVersion
/// @param metadataEnd    the offset in `json` of the end of `metadata`'s value; 0 for an object that was not stored
/// @param fields         the values of the type's selectable fields, in the type's order
public record CachedObject(
        String key, String namespace, String name, byte[] json, int revisionOffset, int metadataEnd, long revision,
        Map<String, String> labels, List<String> fields) {
    private static final byte[] FIELD = "\"resourceVersion\":\"".getBytes(ISO_8859_1);
    private static final byte[] AFTER = "\",".getBytes(ISO_8859_1);

    /// Inserts a resourceVersion into bytes that have none.
    ///
    /// @param metadataOffset the offset of the first byte inside the braces of `metadata`
    static byte[] splice(byte[] stored, int metadataOffset, long revision) {
        byte[] digits = Long.toString(revision).getBytes(ISO_8859_1);
        int inserted = FIELD.length + digits.length + AFTER.length;
        byte[] out = new byte[stored.length + inserted];
        System.arraycopy(stored, 0, out, 0, metadataOffset);
        System.arraycopy(FIELD, 0, out, metadataOffset, FIELD.length);
        System.arraycopy(digits, 0, out, metadataOffset + FIELD.length, digits.length);
        System.arraycopy(AFTER, 0, out, metadataOffset + FIELD.length + digits.length, AFTER.length);
        System.arraycopy(stored, metadataOffset, out, metadataOffset + inserted, stored.length - metadataOffset);
        return out;
    }

    static int revisionOffset(int metadataOffset) {
        return metadataOffset + FIELD.length;
    }

    /// Returns the object's metadata as JSON, cut out of its bytes; null for an object that was not stored.
    public byte @Nullable [] metadata() {
        return metadataEnd == 0 ? null : Arrays.copyOfRange(json, revisionOffset - FIELD.length - 1, metadataEnd);
    }

    /// Returns the same object with a later revision, for a watcher when the object is deleted or leaves the watcher's selection.
    public CachedObject withRevision(long later) {
        byte[] digits = Long.toString(later).getBytes(ISO_8859_1);
        int oldDigits = Long.toString(revision).length();
        byte[] out = new byte[json.length - oldDigits + digits.length];
        System.arraycopy(json, 0, out, 0, revisionOffset);
        System.arraycopy(digits, 0, out, revisionOffset, digits.length);
        int rest = revisionOffset + oldDigits;
        System.arraycopy(json, rest, out, revisionOffset + digits.length, json.length - rest);
        return new CachedObject(key, namespace, name, out, revisionOffset, metadataEnd + digits.length - oldDigits, later, labels, fields);
    }
}
