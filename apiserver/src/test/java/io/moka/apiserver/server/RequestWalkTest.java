package io.moka.apiserver.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.moka.apiserver.testing.EtcdProcess;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.Walk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A POST takes the way that the README names: the request is held at its write by an etcd that does not answer, and its thread's stack is read.
final class RequestWalkTest {
    private static final Pattern FRAME = Pattern.compile("(?m)^ +at (?:[\\w.@]*/)*(io\\.moka\\.[\\w.$]+)\\.[\\w$<>]+\\(");

    @Test
    void theReadmeNamesTheClassesBetweenSocketAndEtcd(@TempDir Path folder) throws Exception {
        EtcdProcess etcd = EtcdProcess.start();
        AtomicBoolean done = new AtomicBoolean();
        try (var server = TestServer.startOn(etcd)) {
            assertEquals(201, server.admin().post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"walk\"}}").code());
            etcd.signal("STOP");
            // a write waits for some seconds only, and the machine may be too busy to read its stack meanwhile
            Thread writer = Thread.ofVirtual().start(() -> {
                while (!done.get()) {
                    server.admin().post("/api/v1/namespaces/walk/configmaps", "{\"metadata\":{\"generateName\":\"a-\"}}");
                }
            });
            List<String> stack = new ArrayList<>();
            TestServer.await("the write waits for etcd", () -> {
                stack.addAll(stackOfWrite(folder.resolve("threads-" + System.nanoTime())));
                return !stack.isEmpty();
            });
            done.set(true);
            etcd.signal("CONT");
            writer.join();
            assertTrue(stack.contains("io.moka.apiserver.core.rest.CreateVerb"), stack.toString());
            Walk.assertNamed(stack);
        } finally {
            done.set(true);
            etcd.signal("CONT");
            etcd.stop();
        }
    }

    /// Returns the project's frames of the request that waits for etcd, from the innermost on; empty while there is none.
    private static List<String> stackOfWrite(Path dump) {
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            for (String thread : Files.readString(dump).split("\n\n")) {
                List<String> frames = FRAME.matcher(thread).results().map(match -> match.group(1)).toList();
                if (frames.contains("io.moka.apiserver.core.storage.EtcdStore") && frames.contains("io.moka.apiserver.front.http.RequestPipeline")) {
                    return frames;
                }
            }
            return List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
