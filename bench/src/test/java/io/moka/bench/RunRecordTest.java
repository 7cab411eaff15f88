package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.client.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordTest {

    private static final Machine MACHINE = new Machine(2, 24_105, "6.1.0");

    @Test
    void eachRunIsOneLineMore(@TempDir Path folder) throws Exception {
        var file = folder.resolve("figures.jsonl");
        new RunRecord(Instant.EPOCH, "abc", MACHINE, List.of(new Figure(Row.PSS, 480.12345), new Figure(Row.UP, 2))).appendTo(file);
        new RunRecord(Instant.EPOCH.plusSeconds(60), "def+", MACHINE, List.of()).appendTo(file);
        var lines = Files.readAllLines(file);
        assertEquals(2, lines.size());
        assertEquals(Json.mapper().readTree("""
                {"date": "1970-01-01T00:00:00Z", "commit": "abc", "machine": {"cores": 2, "memoryMebibytes": 24105, "kernel": "6.1.0"},
                 "figures": {"up": 2.0, "pss": 480.123}}"""), Json.mapper().readTree(lines.getFirst()));
        assertEquals("def+", Json.mapper().readTree(lines.getLast()).path("commit").asText());
    }

    @Test
    void theMachineIsReadFromTheKernel() throws Exception {
        assertEquals(23_540, Machine.memory("MemTotal:       24105000 kB\nMemFree:        1 kB\n"));
        var here = Machine.here();
        assertTrue(here.cores() > 0 && here.memoryMebibytes() > 0 && !here.kernel().isBlank());
    }
}
