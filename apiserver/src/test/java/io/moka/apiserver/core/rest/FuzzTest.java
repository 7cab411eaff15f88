package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.testing.FuzzCase;
import io.moka.apiserver.testing.FuzzCases;
import io.moka.apiserver.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Random requests from a seed: mutated bodies, patches, queries, headers, paths and tokens. No answer is a server error, none takes long,
/// and a refused request has written nothing. `-Dmoka.fuzz.cases` and `-Dmoka.fuzz.seed` choose other runs.
final class FuzzTest {
    private static final int CASES = Integer.getInteger("moka.fuzz.cases", 25_000);
    private static final long SEED = Long.getLong("moka.fuzz.seed", 20_261_121L);
    private static final int WORKERS = 16;
    private static final int MAX_COMPLAINTS = 20;
    private static final long MAX_GROWTH_BYTES = 64L * 1024 * 1024;

    private static TestServer server;
    private static TestServer.Caller nobody;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        nobody = server.anonymous();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    /// The violations that one worker found, and how often each code was answered.
    private record Result(List<String> complaints, TreeMap<Integer, Integer> codes) {}

    @Test
    @Timeout(900)
    void nothingThatIsSentIsTheServersFaultAndNothingRefusedIsWritten() throws Exception {
        run(0, CASES / 20);
        long before = usedBytes();
        TreeMap<Integer, Integer> codes = new TreeMap<>();
        List<String> complaints = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Result>> workers = new ArrayList<>();
            for (int worker = 1; worker <= WORKERS; worker++) {
                int number = worker;
                workers.add(() -> run(number, CASES / WORKERS));
            }
            for (Future<Result> done : threads.invokeAll(workers)) {
                done.get().codes().forEach((code, count) -> codes.merge(code, count, Integer::sum));
                complaints.addAll(done.get().complaints());
            }
        }
        assertEquals(List.of(), complaints, () -> "seed " + SEED + ": " + String.join("\n", complaints));
        assertEquals(CASES / WORKERS * WORKERS, codes.values().stream().mapToInt(Integer::intValue).sum());
        assertTrue(codes.getOrDefault(201, 0) > CASES / 100 && codes.getOrDefault(422, 0) > CASES / 100 && codes.getOrDefault(400, 0) > CASES / 100,
                "the cases are too much alike: " + codes);
        assertEquals(200, server.admin().get("/readyz").code());
        long growth = usedBytes() - before;
        assertTrue(growth < MAX_GROWTH_BYTES, "the heap grew by " + growth);
    }

    /// Sends the cases one after the other, against objects that no other worker touches.
    private static Result run(int worker, int count) {
        String namespace = "fuzz-" + worker;
        server.namespace(namespace);
        FuzzCases cases = new FuzzCases(new Random(SEED + worker), namespace);
        cases.victims().forEach((collection, body) -> assertEquals(201, server.admin().post(collection, body).code(), body));
        Set<String> known = new TreeSet<>(state(cases));
        List<String> complaints = new ArrayList<>();
        TreeMap<Integer, Integer> codes = new TreeMap<>();
        for (int i = 0; i < count && complaints.size() < MAX_COMPLAINTS; i++) {
            FuzzCase next = cases.next();
            long start = System.nanoTime();
            // a certificate would count before a token
            HttpResponse<String> answer = next.headers().containsKey("Authorization") ? nobody.sendRaw(next) : server.sendRaw(next);
            codes.merge(answer.statusCode(), 1, Integer::sum);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            if (answer.statusCode() >= 500 || took.toSeconds() >= 10) {
                complaints.add("case " + i + " of worker " + worker + ": " + answer.statusCode() + " after " + took + " for " + next + ": " + brief(answer.body()));
            }
            cases.answered(next, answer);
            if (i % 250 == 249 || i == count - 1) {
                Set<String> now = state(cases);
                for (String object : now) {
                    if (!known.contains(object) && !cases.accepted().contains(object)) {
                        complaints.add("worker " + worker + " up to case " + i + ": " + object + " was written by a request that was refused");
                    }
                }
                known = now;
            }
        }
        return new Result(complaints, codes);
    }

    /// Every object in the worker's namespace with its revision.
    private static Set<String> state(FuzzCases cases) {
        Set<String> state = new TreeSet<>();
        for (String collection : cases.victims().keySet()) {
            for (JsonNode item : server.admin().get(collection).json().path("items")) {
                state.add(FuzzCases.identity(item));
            }
        }
        return state;
    }

    private static String brief(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "..." : text;
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
