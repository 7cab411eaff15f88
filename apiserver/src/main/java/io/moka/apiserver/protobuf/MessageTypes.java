package io.moka.apiserver.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Which number each field of each message has, read from a table made at build time when the first binary body comes.
final class MessageTypes {
    private static final String TABLE = "protobuf.txt";

    enum Shape { SINGLE, LIST, MAP }

    /// @param type `string`, `bool`, `int`, `double`, `bytes`, or the name of a message
    record Field(String name, Shape shape, String type) {
        boolean message() {
            return type.indexOf('.') > 0;
        }
    }

    private final Map<String, String> lines = new HashMap<>();
    private final Map<String, Map<Integer, Field>> messages = new ConcurrentHashMap<>();

    MessageTypes() {
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

    /// The fields of a message by number, null when there is no such message.
    @Nullable Map<Integer, Field> fields(String message) {
        String line = lines.get(message);
        return line == null ? null : messages.computeIfAbsent(message, ignored -> parse(line));
    }

    private static Map<Integer, Field> parse(String line) {
        Map<Integer, Field> fields = new HashMap<>();
        for (String word : line.split(" ")) {
            String[] parts = word.split(":");
            if (parts.length == 3) {
                Shape shape = switch (parts[2].charAt(0)) {
                    case '*' -> Shape.LIST;
                    case '%' -> Shape.MAP;
                    default -> Shape.SINGLE;
                };
                fields.put(Integer.parseInt(parts[0]), new Field(parts[1], shape, shape == Shape.SINGLE ? parts[2] : parts[2].substring(1)));
            }
        }
        return Map.copyOf(fields);
    }
}
