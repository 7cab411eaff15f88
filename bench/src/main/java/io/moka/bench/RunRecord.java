package io.moka.bench;

import io.moka.machinery.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One run, as one line of JSON in a file that grows, so that figures can be followed over time.
///
/// @param commit what was measured, with `+` after it where the sources differ from it
record RunRecord(Instant date, String commit, Machine machine, List<Figure> figures) {

    void appendTo(Path file) throws IOException {
        var line = Arrays.copyOf(json(), json().length + 1);
        line[line.length - 1] = '\n';
        Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private byte[] json() {
        var values = new LinkedHashMap<String, Double>();
        figures.stream().sorted((a, b) -> a.row().compareTo(b.row())).forEach(f -> values.put(f.row().key(), Math.round(f.value() * 1000) / 1000.0));
        var root = new LinkedHashMap<String, Object>();
        root.put("date", date.toString());
        root.put("commit", commit);
        root.put("machine", Map.of("cores", machine.cores(), "memoryMebibytes", machine.memoryMebibytes(), "kernel", machine.kernel()));
        root.put("figures", values);
        return Json.bytes(root);
    }
}
