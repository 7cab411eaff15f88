package io.moka.bench;

import io.moka.machinery.client.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;

/// One run, as one line of JSON in a file that grows, so that figures can be followed over time.
///
/// @param commit the measured commit, followed by `+` if the sources differ from it
record RunRecord(Instant date, String commit, Machine machine, List<Figure> figures) {

    void appendTo(Path file) throws IOException {
        Files.writeString(file, json() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private String json() {
        var values = new LinkedHashMap<String, Double>();
        figures.stream().sorted((a, b) -> a.row().compareTo(b.row())).forEach(f -> values.put(f.row().key(), Math.round(f.value() * 1000) / 1000.0));
        var root = new LinkedHashMap<String, Object>();
        root.put("date", date.toString());
        root.put("commit", commit);
        root.put("machine", machine);
        root.put("figures", values);
        return new String(Json.bytes(root), StandardCharsets.UTF_8);
    }
}
