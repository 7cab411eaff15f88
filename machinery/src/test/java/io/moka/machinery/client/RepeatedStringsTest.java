package io.moka.machinery.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class RepeatedStringsTest {

    private static Pod read(String name) throws Exception {
        return Json.mapper().readValue("""
                {"metadata":{"name":"%s","namespace":"shop","labels":{"app":"web"},"finalizers":["example.org/a", null]},
                 "spec":{"containers":[{"name":"c","image":"web:1.4"}]},"unknown":"kept"}""".formatted(name), Pod.class);
    }

    @Test
    void whatIsInTwoObjectsIsKeptOnce() throws Exception {
        var a = read("a");
        var b = read("b");
        assertSame(a.getMetadata().getNamespace(), b.getMetadata().getNamespace());
        assertSame(a.getMetadata().getLabels().get("app"), b.getMetadata().getLabels().get("app"));
        assertSame(a.getMetadata().getFinalizers().getFirst(), b.getMetadata().getFinalizers().getFirst());
        assertSame(a.getSpec().getContainers().getFirst().getImage(), b.getSpec().getContainers().getFirst().getImage());
        assertEquals("b", b.getMetadata().getName());
        assertNull(b.getMetadata().getFinalizers().getLast());
        assertEquals("kept", b.getAdditionalProperties().get("unknown"));
    }

    @Test
    void numbersAndBooleansAreReadAsText() throws Exception {
        assertEquals("12", Json.mapper().readValue("12", String.class));
        assertEquals("true", Json.mapper().readValue("true", String.class));
    }

    @Test
    void longStringsAreNotLookedFor() {
        var strings = new RepeatedStrings();
        var text = "x".repeat(64);
        strings.shared(text);
        assertSame(text, strings.shared("x".repeat(64)));
        var longer = "x".repeat(65);
        strings.shared(longer);
        assertNotSame(longer, strings.shared("x".repeat(65)));
    }

    @Test
    void stringsOfOneSlotAndManyThreadsStayWhatTheyAre() throws Exception {
        var strings = new RepeatedStrings();
        var work = new ArrayList<Callable<Void>>();
        for (int thread = 0; thread < 4; thread++) {
            work.add(() -> {
                for (int i = 0; i < 100_000; i++) {
                    // "Aa" and "BB" have one hash
                    var text = (i % 2 == 0 ? "Aa" : "BB") + i % 10_000;
                    assertEquals(text, strings.shared(text));
                }
                return null;
            });
        }
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
        }
    }
}
