package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.status.ApiException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.emitter.Emitter;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/// Replaces the aliases of a YAML text with copies of the values that they refer to, since Jackson does not resolve anchors of scalars.
final class YamlAliases {
    /// Upper bounds on the expanded text, so that a small document cannot become a huge one: number of events, and characters of all scalars.
    private static final int MAX_EVENTS = 200_000;
    private static final int MAX_CHARACTERS = 3 * 1024 * 1024;
    /// The maximum nesting depth of anchored values; each level takes some of the thread's stack.
    private static final int MAX_DEPTH = 500;

    /// Matches text that may be an alias; whether it is one is decided by the parser.
    private static final Pattern ALIAS = Pattern.compile("[\\s\\[,:]\\*[^\\s,\\]}]");

    /// The range of events in `written` that an anchor names.
    private record Range(int start, int end) {}

    private final Map<String, Range> anchored = new HashMap<>();
    private final List<Event> written = new ArrayList<>();
    private long characters;
    private int depth;

    private YamlAliases() {}

    static String resolve(String text) {
        if (text.indexOf('*') < 0 || !ALIAS.matcher(text).find()) {
            return text;
        }
        var parser = new ParserImpl(new StreamReader(new StringReader(text)), new LoaderOptions());
        var aliases = new YamlAliases();
        while (parser.peekEvent() != null) {
            aliases.read(parser);
        }
        var out = new StringWriter();
        var emitter = new Emitter(out, new DumperOptions());
        try {
            for (Event event : aliases.written) {
                emitter.emit(event);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    /// Consumes one event, or a whole anchored value.
    private void read(ParserImpl parser) {
        Event event = parser.getEvent();
        switch (event) {
            case AliasEvent alias -> writeAll(known(alias.getAnchor()));
            case NodeEvent node when node.getAnchor() != null -> {
                int start = written.size();
                write(withoutAnchor(node));
                if (!(node instanceof ScalarEvent)) {
                    if (++depth > MAX_DEPTH) {
                        throw ApiException.badRequest("error converting YAML to JSON: yaml: exceeded max depth of " + MAX_DEPTH);
                    }
                    readRest(parser);
                    depth--;
                }
                anchored.put(node.getAnchor(), new Range(start, written.size()));
            }
            default -> write(event);
        }
    }

    /// Consumes the rest of a list or map whose start event has been consumed, including its end event.
    private void readRest(ParserImpl parser) {
        for (int open = 1; open > 0; ) {
            Event next = parser.peekEvent();
            boolean anchoredValue = next instanceof NodeEvent node && node.getAnchor() != null && !(node instanceof AliasEvent);
            if (!anchoredValue && (next.is(Event.ID.SequenceStart) || next.is(Event.ID.MappingStart))) {
                open++;
            } else if (next.is(Event.ID.SequenceEnd) || next.is(Event.ID.MappingEnd)) {
                open--;
            }
            read(parser);
        }
    }

    private Range known(String anchor) {
        @Nullable Range events = anchored.get(anchor);
        if (events == null) {
            throw ApiException.badRequest("error converting YAML to JSON: yaml: unknown anchor '" + anchor + "' referenced");
        }
        return events;
    }

    private void writeAll(Range events) {
        for (int i = events.start(); i < events.end(); i++) {
            write(written.get(i));
        }
    }

    private void write(Event event) {
        characters += event instanceof ScalarEvent scalar ? scalar.getValue().length() : 0;
        if (written.size() >= MAX_EVENTS || characters > MAX_CHARACTERS) {
            throw ApiException.badRequest("error converting YAML to JSON: yaml: document contains excessive aliasing");
        }
        written.add(event);
    }

    private static Event withoutAnchor(NodeEvent node) {
        return switch (node) {
            case ScalarEvent s -> new ScalarEvent(null, s.getTag(), s.getImplicit(), s.getValue(), s.getStartMark(), s.getEndMark(), s.getScalarStyle());
            case SequenceStartEvent s -> new SequenceStartEvent(null, s.getTag(), s.getImplicit(), s.getStartMark(), s.getEndMark(), s.getFlowStyle());
            case MappingStartEvent s -> new MappingStartEvent(null, s.getTag(), s.getImplicit(), s.getStartMark(), s.getEndMark(), s.getFlowStyle());
            default -> node;
        };
    }
}
