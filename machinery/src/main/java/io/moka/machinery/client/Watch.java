package io.moka.machinery.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// An open watch, read by one thread; [#close()] may come from any thread and ends a blocked [#next()].
public final class Watch<T extends HasMetadata> implements AutoCloseable {

    private final InputStream body;
    private final ObjectReader reader;

    // made by the first call of next(), as a parser reads the first bytes at once: a watch is open before its first event
    private @Nullable JsonParser parser;

    Watch(InputStream body, Class<T> type) {
        this.body = body;
        this.reader = Json.mapper().readerFor(type);
    }

    /// Waits for the next event; null when the server has ended the watch in good order.
    ///
    /// @throws ApiException when the server sent an error instead, such as 410 Gone
    /// @throws IOException when the connection broke
    public @Nullable WatchEvent<T> next() throws IOException {
        var events = parser;
        if (events == null) {
            events = Json.mapper().createParser(body);
            parser = events;
        }
        return next(events);
    }

    private @Nullable WatchEvent<T> next(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            return null;
        }
        String type = "";
        WatchEvent<T> event = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var field = parser.currentName();
            parser.nextToken();
            if (field.equals("type")) {
                type = parser.getText();
            } else if (field.equals("object")) {
                event = event(type, parser);
            } else {
                parser.skipChildren();
            }
        }
        if (event == null) {
            throw new IOException("a watch event without an object");
        }
        return event;
    }

    private WatchEvent<T> event(String type, JsonParser parser) throws IOException {
        return switch (type) {
            case "ADDED" -> new WatchEvent.Added<>(object(parser));
            case "MODIFIED" -> new WatchEvent.Modified<>(object(parser));
            case "DELETED" -> new WatchEvent.Deleted<>(object(parser));
            case "BOOKMARK" -> new WatchEvent.Bookmark<>(object(parser));
            case "ERROR" -> throw new ApiException(Json.mapper().treeToValue(parser.<JsonNode>readValueAsTree(), Status.class));
            default -> throw new IOException("unknown watch event type \"" + type + "\"");
        };
    }

    private T object(JsonParser parser) throws IOException {
        return reader.readValue(parser);
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
