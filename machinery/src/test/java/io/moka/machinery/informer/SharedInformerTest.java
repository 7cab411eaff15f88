package io.moka.machinery.informer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.machinery.testing.ScriptedServer.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedInformerTest {

    /// Each list and each watch takes the next of these; the last watch stays open until the end.
    private final BlockingQueue<ScriptedServer.Script> lists = new ArrayBlockingQueue<>(32);
    private final BlockingQueue<ScriptedServer.Script> watches = new ArrayBlockingQueue<>(32);
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private ScriptedServer server;
    private ApiClient client;
    private SharedInformer<ConfigMap> informer;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer((request, reply) -> {
            var script = (request.isWatch() ? watches : lists).poll();
            if (script != null) {
                script.answer(request, reply);
            } else {
                reply.begin();
                end.await();
            }
        });
        client = server.client();
        informer = SharedInformer.of(client, ConfigMap.class).namespace("n").labels("app=web").build();
        informer.addHandler(new EventHandler<>() {
            @Override
            public void onAdd(ConfigMap object) {
                seen.add("+" + text(object));
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap after) {
                seen.add("~" + text(after));
            }

            @Override
            public void onDelete(ConfigMap last) {
                seen.add("-" + text(last));
            }
        });
    }

    @AfterEach
    void stop() {
        end.countDown();
        informer.close();
        client.close();
        server.close();
    }

    private static String text(ConfigMap object) {
        return object.getMetadata().getName() + object.getMetadata().getResourceVersion();
    }

    private static String object(String name, int revision) {
        return """
                {"kind":"ConfigMap","apiVersion":"v1","metadata":{"namespace":"n","name":"%s","resourceVersion":"%d","uid":"u-%s","managedFields":[{"manager":"m"}]}}"""
                .formatted(name, revision, name);
    }

    private static ScriptedServer.Script list(int revision, String... objects) {
        return (request, reply) -> reply.json(200, page(revision, "", objects));
    }

    private static String page(int revision, String token, String... objects) {
        return """
                {"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"%d","continue":"%s"},"items":[%s]}"""
                .formatted(revision, token, Stream.of(objects).collect(Collectors.joining(",")));
    }

    private static ScriptedServer.Script watch(String... typesAndObjects) {
        return (request, reply) -> {
            for (int i = 0; i < typesAndObjects.length; i += 2) {
                reply.event(typesAndObjects[i], typesAndObjects[i + 1]);
            }
        };
    }

    /// Changes of one object are merged while they wait for the handler: the answer is sent when the handler has seen the state before it.
    private ScriptedServer.Script after(String event, ScriptedServer.Script script) {
        return (request, reply) -> {
            Await.until(event, () -> seen.contains(event));
            script.answer(request, reply);
        };
    }

    private List<String> watchRevisions() {
        return server.requests().stream().filter(ScriptedServer.Request::isWatch).map(request -> request.query().get("resourceVersion")).toList();
    }

    private void awaitSeen(String... events) {
        Await.until(List.of(events) + ", but saw " + seen, () -> seen.size() >= events.length);
        assertEquals(List.of(events), seen);
    }

    @Test
    void listsThenWatchesFromTheListsRevision() throws InterruptedException {
        lists.add(list(10, object("a", 3), object("b", 7)));
        watches.add(after("+b7", (request, reply) -> {
            reply.event("ADDED", object("c", 11)).event("MODIFIED", object("a", 12)).event("DELETED", object("b", 13));
            end.await();
        }));
        informer.start();
        informer.start();
        assertTrue(informer.awaitSync(Duration.ofSeconds(20)));
        assertTrue(informer.hasSynced());
        awaitSeen("+a3", "+b7", "+c11", "~a12", "-b13");
        assertEquals(1, server.lists());
        assertEquals(List.of("10"), watchRevisions());
        var asked = server.requests().getFirst();
        assertEquals("/api/v1/namespaces/n/configmaps", asked.path());
        assertEquals("app=web", asked.query().get("labelSelector"));
        assertEquals("12", informer.lister().get("n", "a").getMetadata().getResourceVersion());
        assertTrue(informer.lister().get("n", "a").getMetadata().getManagedFields() == null
                || informer.lister().get("n", "a").getMetadata().getManagedFields().isEmpty());
        assertEquals("v1", informer.lister().get("n", "a").getApiVersion());
        assertEquals(2, informer.lister().list("n").size());
    }

    @Test
    void aBrokenWatchGoesOnAtTheLastRevision() {
        lists.add(list(10, object("a", 3)));
        watches.add(after("+a3", watch("ADDED", object("b", 11), "MODIFIED", object("a", 12))));
        watches.add(after("~a12", (request, reply) -> {
            reply.event("MODIFIED", object("a", 13));
            throw new IOException("the connection breaks");
        }));
        watches.add(after("~a13", watch("DELETED", object("b", 14))));
        informer.start();
        awaitSeen("+a3", "+b11", "~a12", "~a13", "-b14");
        Await.until("a fourth watch", () -> server.watches() >= 4);
        assertEquals(List.of("10", "12", "13", "14"), watchRevisions());
        assertEquals(1, server.lists(), "a watch that ends is no reason to list again");
    }

    @Test
    void aResourceThatIsNotServedIsAskedForEverLessOften() {
        var asked = new CopyOnWriteArrayList<Long>();
        for (int i = 0; i < 6; i++) {
            lists.add((request, reply) -> {
                asked.add(System.nanoTime());
                reply.status(404, "NotFound", "the server could not find the requested resource");
            });
        }
        lists.add(list(10, object("a", 3)));
        informer.start();
        Await.until("the resource is listed when it is there again", () -> seen.contains("+a3"));
        assertTrue(Duration.ofNanos(asked.get(5) - asked.get(4)).toMillis() >= 1600, "the last pause is a doubled one, beyond the second that other failures wait");
    }

    @Test
    void goneListsAgainAndReportsWhatVanished() {
        lists.add(list(10, object("a", 3), object("b", 4), object("c", 5)));
        watches.add(after("+c5", watch("ERROR", "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\",\"message\":\"too old resource version\"}")));
        lists.add(list(30, object("a", 3), object("c", 25), object("d", 26)));
        informer.start();
        Await.until("second list seen", () -> seen.size() >= 6);
        assertEquals(List.of("+a3", "+b4", "+c5"), seen.subList(0, 3));
        assertEquals(List.of("+d26", "-b4", "~c25"), seen.subList(3, 6).stream().sorted().toList());
        Await.until("a watch from the new list", () -> watchRevisions().equals(List.of("10", "30")));
    }

    private List<String> listRevisions() {
        return server.requests().stream().filter(request -> !request.isWatch())
                .map(request -> request.query().get("resourceVersion") + " " + request.query().get("resourceVersionMatch")).toList();
    }

    /// With several servers one may lag: a list from it must not take the cache back in time.
    @Test
    void aListAfterA410IsNoOlderThanWhatWasSeenAndIsConsistentIfThatFailsToo() {
        lists.add(list(10, object("a", 3)));
        watches.add(after("+a3", watch("MODIFIED", object("a", 12), "ERROR",
                "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\",\"message\":\"too old resource version\"}")));
        lists.add(after("~a12", (request, reply) -> reply.status(410, "Expired", "too old resource version")));
        lists.add(list(30, object("a", 25)));
        informer.start();
        awaitSeen("+a3", "~a12", "~a25");
        assertEquals(List.of("0 NotOlderThan", "12 NotOlderThan", "null null"), listRevisions());
    }

    @Test
    void aRevisionAheadOfTheServersIsGivenUp() {
        lists.add(list(10, object("a", 3)));
        watches.add(after("+a3", (request, reply) -> reply.json(504, """
                {"kind":"Status","code":504,"reason":"Timeout","message":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}]}}""")));
        lists.add(list(5, object("a", 4)));
        informer.start();
        awaitSeen("+a3", "~a4");
        assertEquals(List.of("0 NotOlderThan", "null null"), listRevisions());
    }

    @Test
    void pausesGrowWithJitterToHalfAMinuteAndAsTheServerAsks() {
        var pauses = new CopyOnWriteArrayList<Duration>();
        lists.add(list(10, object("a", 3)));
        for (int i = 0; i < 12; i++) {
            watches.add((request, reply) -> reply.status(500, "InternalError", "trouble"));
        }
        watches.add((request, reply) -> reply.header("Retry-After", "77").status(503, "ServiceUnavailable", "later"));
        try (var patient = SharedInformer.of(client, ConfigMap.class).namespace("n").sleeper(pauses::add).build()) {
            patient.start();
            Await.until("thirteen pauses", () -> pauses.size() >= 13);
            assertEquals(Duration.ofSeconds(77), pauses.get(12));
            for (int i = 0; i < 12; i++) {
                long longest = Math.min(100L << i, 30_000);
                assertTrue(pauses.get(i).toMillis() <= longest && pauses.get(i).toMillis() >= longest / 2 - 1, pauses::toString);
            }
            assertTrue(new HashSet<>(pauses.subList(9, 12)).size() > 1, "the longest differ: " + pauses);
        }
    }

    @Test
    void anObjectThatAnIndexFunctionCannotReadIsCachedAndHarmsNoOther() {
        lists.add(list(10, object("bad", 3), object("good", 4)));
        watches.add(watch("MODIFIED", object("bad", 11), "MODIFIED", object("good", 12), "DELETED", object("bad", 13)));
        try (var indexed = SharedInformer.of(client, ConfigMap.class).namespace("n").index("name", map -> {
            if (map.getMetadata().getName().equals("bad")) {
                throw new IllegalStateException("cannot read it");
            }
            return List.of(map.getMetadata().getName());
        }).build()) {
            indexed.start();
            Await.until("all seen", () -> indexed.lister().list().size() == 1 && indexed.lister().byIndex("name", "good").stream()
                    .anyMatch(map -> map.getMetadata().getResourceVersion().equals("12")));
        }
    }

    @Test
    void goneAsAnAnswerListsAgainToo() {
        lists.add(list(10, object("a", 3)));
        watches.add((request, reply) -> reply.status(410, "Expired", "too old resource version: 10 (20)"));
        lists.add(list(30, object("a", 3)));
        informer.start();
        Await.until("a watch from the new list", () -> watchRevisions().equals(List.of("10", "30")));
        awaitSeen("+a3");
    }

    @Test
    void bookmarksMoveTheRevisionAndAnnounceNothing() {
        lists.add(list(10));
        watches.add(watch("BOOKMARK", "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"99\"}}"));
        informer.start();
        Await.until("the second watch", () -> server.watches() >= 2);
        assertEquals(List.of("10", "99"), watchRevisions());
        assertEquals("true", server.requests().get(1).query().get("allowWatchBookmarks"));
        assertEquals(List.of(), seen);
    }

    @Test
    void theSameVersionIsNotAnnouncedTwice() {
        lists.add(list(10, object("a", 3)));
        watches.add(watch("MODIFIED", object("a", 3), "ADDED", object("b", 11)));
        informer.start();
        awaitSeen("+a3", "+b11");
    }

    @Test
    void aListInPagesIsWholeBeforeAnythingIsWatched() {
        lists.add((request, reply) -> reply.json(200, page(10, "more", object("a", 3))));
        lists.add((request, reply) -> reply.status(500, "InternalError", "etcd is away"));
        lists.add((request, reply) -> reply.json(200, page(20, "more", object("a", 3))));
        lists.add(list(20, object("b", 4)));
        informer.start();
        awaitSeen("+a3", "+b4");
        Await.until("a watch", () -> server.watches() >= 1);
        assertEquals(List.of("20"), watchRevisions(), "half a list is no list");
        assertEquals("more", server.requests().get(1).query().get("continue"));
    }

    @Test
    void aServerThatIsAwayIsAskedAgain() {
        lists.add((request, reply) -> reply.status(503, "ServiceUnavailable", "not yet"));
        lists.add((request, reply) -> {
            throw new IOException("the connection breaks");
        });
        lists.add(list(10, object("a", 3)));
        informer.start();
        awaitSeen("+a3");
    }

    @Test
    void watchesThatEndAtOnceAreNotReopenedInAHurry() {
        lists.add(list(10));
        var opened = new AtomicInteger();
        ScriptedServer.Script atOnce = (request, reply) -> {
            opened.incrementAndGet();
            reply.begin();
        };
        for (int i = 0; i < 4; i++) {
            watches.add(atOnce);
        }
        long start = System.nanoTime();
        informer.start();
        Await.until("all four ended", () -> opened.get() == 4);
        assertTrue(System.nanoTime() - start > 300_000_000L, "halves at least of 0.1, 0.2 and 0.4 s lie between four watches that bring nothing");
    }

    @Test
    void aHandlerThatFailsHarmsNoOther() {
        lists.add(list(10, object("a", 3)));
        var others = new CopyOnWriteArrayList<String>();
        informer.addHandler(EventHandler.onChange(object -> {
            throw new IllegalStateException("broken handler");
        }));
        informer.addHandler(EventHandler.onChange(object -> others.add(text(object))));
        informer.start();
        awaitSeen("+a3");
        Await.until("the third handler", () -> others.equals(List.of("a3")));
    }

    @Test
    void longTroubleLosesNothingAndKeepsTheOrder() {
        lists.add(list(1));
        var sent = new AtomicInteger(1);
        for (int i = 0; i < 8; i++) {
            watches.add((request, reply) -> {
                assertEquals(Integer.toString(sent.get()), request.query().get("resourceVersion"));
                for (int j = 0; j < 25; j++) {
                    send(reply, sent.incrementAndGet());
                }
            });
        }
        informer.start();
        Await.until("200 events", () -> sent.get() == 201 && informer.lister().list().size() == 200);
        Await.until("all announced", () -> seen.size() == 200);
        for (int i = 0; i < 200; i++) {
            assertEquals("+o" + (i + 2) + "-" + (i + 2), seen.get(i));
        }
    }

    private static void send(Reply reply, int revision) throws IOException {
        reply.event("ADDED", object("o" + revision + "-", revision));
    }
}
