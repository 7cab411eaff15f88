package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ToolTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /// Zeros without end.
    private static final class Endless extends InputStream {
        @Override
        public int read() {
            return 0;
        }
    }

    @Test
    void programThatDoesNotReadItsInputIsEndedInTime() {
        var late = assertTimeoutPreemptively(PATIENCE, () -> assertThrows(IOException.class, () -> Tool.feed(new Endless(), Duration.ofSeconds(1), "sleep", "1000")));
        assertEquals("sleep did not end within 1 s", late.getMessage());
    }

    @Test
    void outputThatADaemonKeepsOpenIsNotWaitedFor() {
        assertTimeoutPreemptively(PATIENCE, () -> Tool.run("sh", "-c", "sleep 60 & exit 0"));
    }

    @Test
    void failureHasTheProgramsOwnWords() {
        var failure = assertThrows(IOException.class, () -> Tool.feed(new ByteArrayInputStream("why".getBytes()), Duration.ofSeconds(30), "sh", "-c", "cat; exit 3"));
        assertEquals("sh -c cat; exit 3: why", failure.getMessage());
    }
}
