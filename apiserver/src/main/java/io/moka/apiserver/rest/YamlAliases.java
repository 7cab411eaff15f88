package io.moka.apiserver.rest;

import io.moka.apiserver.status.ApiException;
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

/// Writes anchored parts of a YAML text out wherever they are referred to, since Jackson knows no anchors of scalars.
final class YamlAliases {
    /// What aliases may add up to, so that a small document cannot become a huge one.
    private static final int MAX_EVENTS = 200_000;

    /// What may be an alias; whether it is one is for the parser to say.
    private static final Pattern ALIAS = Pattern.compile("[\\s\\[,:]\\*[^\\s,\\]}]");

    private final Map<String, List<Event>> anchored = new HashMap<>();
    private final List<Event> written = new ArrayList<>();

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

    /// Takes one event, or a whole anchored value.
    private void read(ParserImpl parser) {
        Event event = parser.getEvent();
        switch (event) {
            case AliasEvent alias -> writeAll(known(alias.getAnchor()));
            case NodeEvent node when node.getAnchor() != null -> {
                int start = written.size();
                write(withoutAnchor(node));
                if (!(node instanceof ScalarEvent)) {
                    readRest(parser);
                }
                anchored.put(node.getAnchor(), List.copyOf(written.subList(start, written.size())));
            }
            default -> write(event);
        }
    }

    /// Takes what follows the start of a list or map, to its end.
    private void readRest(ParserImpl parser) {
        for (int depth = 1; depth > 0; ) {
            Event next = parser.peekEvent();
            boolean anchoredValue = next instanceof NodeEvent node && node.getAnchor() != null && !(node instanceof AliasEvent);
            if (!anchoredValue && (next.is(Event.ID.SequenceStart) || next.is(Event.ID.MappingStart))) {
                depth++;
            } else if (next.is(Event.ID.SequenceEnd) || next.is(Event.ID.MappingEnd)) {
                depth--;
            }
            read(parser);
        }
    }

    private List<Event> known(String anchor) {
        @Nullable List<Event> events = anchored.get(anchor);
        if (events == null) {
            throw ApiException.badRequest("error converting YAML to JSON: yaml: unknown anchor '" + anchor + "' referenced");
        }
        return events;
    }

    private void writeAll(List<Event> events) {
        events.forEach(this::write);
    }

    private void write(Event event) {
        if (written.size() >= MAX_EVENTS) {
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
