package io.moka.apiserver.core.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.OlderVersions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The number, JSON name and type of each field of each message, from a table made at build time that is read when the first binary body arrives.
final class MessageTypes {
    static final String META = "k8s.io.apimachinery.pkg.apis.meta.v1.";
    static final String EXTENSIONS = "k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.";
    private static final String TABLE = "protobuf.txt";

    /// Holds the table, which is read when the first binary body arrives.
    private static final class Shared {
        static final MessageTypes TYPES = new MessageTypes();
    }

    /// How a field's value is represented in JSON. The fields of an `EMBEDDED` message are those of the outer object; an `OPTIONAL` value is absent
    /// when it is zero.
    enum Shape { SINGLE, OPTIONAL, EMBEDDED, LIST, MAP }

    /// @param name the field's name in JSON
    /// @param type `string`, `bool`, `int`, `double`, `bytes`, or the name of a message
    record Field(int number, String name, Shape shape, String type) {}

    private final Map<String, String> lines = new HashMap<>();
    private final Map<String, Map<Integer, Field>> messages = new ConcurrentHashMap<>();

    static MessageTypes shared() {
        return Shared.TYPES;
    }

    private MessageTypes() {
        try (InputStream in = MessageTypes.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + TABLE + " is not on the class path; build the apiserver with Maven");
            }
            new String(in.readAllBytes(), UTF_8).lines().forEach(line -> {
                int space = line.indexOf(' ');
                lines.put(space < 0 ? line : line.substring(0, space), space < 0 ? "" : line.substring(space + 1));
            });
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Returns the name of a kind's message, null when the kind has no binary form.
    @Nullable String message(GroupVersionKind kind) {
        GroupVersionKind named = OlderVersions.sameSchema(kind);
        return lines.get("=" + named.apiVersion() + "/" + named.kind());
    }

    /// Returns the fields of a message by number, null when there is no such message.
    @Nullable Map<Integer, Field> fields(String message) {
        String line = lines.get(message);
        return line == null ? null : messages.computeIfAbsent(message, ignored -> parse(line));
    }

    private static Map<Integer, Field> parse(String line) {
        Map<Integer, Field> fields = new TreeMap<>();
        for (String word : line.split(" ")) {
            String[] parts = word.split(":");
            if (parts.length == 3) {
                Shape shape = switch (parts[2].charAt(0)) {
                    case '*' -> Shape.LIST;
                    case '%' -> Shape.MAP;
                    case '^' -> Shape.EMBEDDED;
                    case '?' -> Shape.OPTIONAL;
                    default -> Shape.SINGLE;
                };
                int number = Integer.parseInt(parts[0]);
                fields.put(number, new Field(number, parts[1].intern(), shape, (shape == Shape.SINGLE ? parts[2] : parts[2].substring(1)).intern()));
            }
        }
        return Collections.unmodifiableMap(fields);
    }
}
