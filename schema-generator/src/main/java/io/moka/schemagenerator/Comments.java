package io.moka.schemagenerator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Extracts the descriptions of types and fields from the comments in the sources of the client's binary form. The model classes lack the
/// description of each field that refers to a type, since OpenAPI has none beside a reference, and the paragraphs of all others.
final class Comments {
    private static final Pattern MESSAGE = Pattern.compile("^ *// @@protoc_insertion_point\\(interface_extends:k8s\\.io\\.(\\S+)\\)$");
    private static final Pattern TYPE = Pattern.compile("^ +\\* Protobuf type \\{@code k8s\\.io\\.(\\S+)}$");
    private static final Pattern FIELD = Pattern.compile("^ +\\* <code>.* (\\w+) = \\d+;</code>$");
    private static final Pattern COMMENT = Pattern.compile("^ +\\*(?: (.*))?$");

    /// By type, the type whose fields it inlines in JSON, but not in the binary form.
    private static final Map<String, String> INLINED = Map.of(
            "io.k8s.api.core.v1.EphemeralContainer", "EphemeralContainerCommon", "io.k8s.api.core.v1.PersistentVolumeSpec", "PersistentVolumeSource",
            "io.k8s.api.core.v1.Probe", "ProbeHandler", "io.k8s.api.core.v1.Volume", "VolumeSource");

    private final Map<String, List<String>> lines = new HashMap<>();

    /// @param files the names of the sources, without their ending
    static Comments read(List<String> files) {
        Comments comments = new Comments();
        for (String file : files) {
            try (InputStream in = Comments.class.getResourceAsStream("/io/kubernetes/client/proto/" + file + ".java")) {
                comments.add(new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8).lines().toList());
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return comments;
    }

    /// Collects the comments of one source. A message's interface names the message and has the fields' comments, each before its getter; the message's
    /// class has the message's own comment.
    private void add(List<String> source) {
        String type = "";
        List<String> comment = new ArrayList<>();
        for (String line : source) {
            Matcher message = MESSAGE.matcher(line);
            Matcher ofType = TYPE.matcher(line);
            Matcher ofField = FIELD.matcher(line);
            Matcher words = COMMENT.matcher(line);
            if (message.matches()) {
                type = name(message);
            } else if (ofType.matches()) {
                lines.putIfAbsent(name(ofType) + "/", List.copyOf(comment));
            } else if (ofField.matches()) {
                lines.putIfAbsent(type + "/" + ofField.group(1), List.copyOf(comment));
            } else if (line.endsWith("/**")) {
                comment.clear();
            } else if (words.matches() && !line.endsWith("pre>")) {
                comment.add(words.group(1) == null ? "" : words.group(1));
            }
        }
    }

    private static String name(Matcher message) {
        return "io.k8s." + message.group(1).replace('_', '-');
    }

    /// Joins each paragraph into one line; indented lines stay lines of their own.
    static String description(List<String> comment) {
        StringBuilder text = new StringBuilder();
        for (String line : comment) {
            if (line.isEmpty()) {
                dropLast(text).append("\n\n");
            } else if (line.startsWith(" ")) {
                dropLast(text).append('\n').append(line).append('\n');
            } else {
                text.append(line).append(' ');
            }
        }
        return text.toString().strip();
    }

    /// Leaves out markers, TODO notes and everything after a line of hyphens.
    static List<String> words(List<String> comment) {
        return comment.stream().map(line -> unescape(line.stripTrailing())).takeWhile(line -> !line.equals("---"))
                .filter(line -> !line.stripLeading().startsWith("+") && !line.stripLeading().startsWith("TODO")).toList();
    }

    /// Restores the empty lines, which the sources lack. The model class has the same text in one line, with two blanks in their place.
    ///
    /// @param flat the model class's description; may be empty
    static List<String> paragraphs(List<String> words, String flat) {
        List<String> all = new ArrayList<>();
        int end = 0;
        for (String line : words) {
            int start = flat.indexOf(line.strip(), end);
            if (start < 0) {
                return words;
            }
            boolean indented = line.startsWith(" ") || !all.isEmpty() && all.getLast().startsWith(" ");
            if (!all.isEmpty() && !indented && start - end == 2) {
                all.add("");
            }
            all.add(line);
            end = start + line.strip().length();
        }
        return all;
    }

    private static StringBuilder dropLast(StringBuilder text) {
        text.setLength(Math.max(0, text.length() - 1));
        return text;
    }

    private static String unescape(String javadoc) {
        return javadoc.replace("&lt;", "<").replace("&gt;", ">").replace("&#64;", "@").replace("&#42;", "*").replace("&#47;", "/")
                .replace("&#92;", "\\").replace("&quot;", "\"").replace("&amp;", "&");
    }

    /// Returns the description of a type, as OpenAPI has it.
    ///
    /// @param type the type's name in OpenAPI
    /// @param flat the model class's description
    String of(String type, String flat) {
        return description(lines.get(type + "/"), flat);
    }

    /// Returns the description of a field of a type.
    String of(String type, String field, String flat) {
        List<String> own = lines.get(type + "/" + field);
        return description(own != null ? own : lines.get(type.substring(0, type.lastIndexOf('.') + 1) + INLINED.get(type) + "/" + field), flat);
    }

    private static String description(@Nullable List<String> comment, String flat) {
        String text = comment == null ? "" : description(paragraphs(words(comment), flat));
        return text.isEmpty() ? flat : text;
    }
}
